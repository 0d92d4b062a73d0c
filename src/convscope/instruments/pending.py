"""Tallies that are still being added to."""

from typing import NamedTuple

from torch import Tensor

from convscope.instruments.counting import Counter
from convscope.instruments.firing import Firing
from convscope.runs import TallyStore


class Place(NamedTuple):
    """A layer's name, its type, and where it stands among the layers."""

    layer: str
    kind: str
    position: int


class Pending:
    """Count by quantity and layer, and put it into a store when it is complete.

    Args:
        store: gets the tallies.
        with_hist: whether they have histograms.
    """

    def __init__(self, store: TallyStore, *, with_hist: bool) -> None:
        self._store, self._with_hist = store, with_hist
        self._counters: dict[str, dict[Place, Counter]] = {}
        self._touched: dict[str, set[Place]] = {}

    def add(
        self, quantity: str, place: Place, tensor: Tensor, firing: Firing | None = None
    ) -> None:
        """Count a tensor, and how often its channels fire."""
        counters = self._counters.setdefault(quantity, {})
        if place not in counters:
            counters[place] = Counter(with_hist=self._with_hist)
        counters[place].add(tensor, firing)
        self._touched.setdefault(quantity, set()).add(place)

    def move(self, source: str, target: str) -> None:
        """Add what was counted of one quantity to another: its pass is whole."""
        counters, others = self._counters.get(source, {}), self._counters.setdefault(target, {})
        full = self._touched.setdefault(target, set())
        for place in self._touched.pop(source, ()):
            if place in full:
                counters[place].pour_into(others[place])
            else:
                empty = others.get(place) or Counter(with_hist=self._with_hist)
                others[place], counters[place] = counters[place], empty
                full.add(place)

    def take(self, quantity: str, step: int) -> bool:
        """Record what was counted of a quantity, and begin anew.

        Returns:
            Whether anything was counted.
        """
        touched = self._touched.pop(quantity, None)
        for place in touched or ():
            tally = self._counters[quantity][place].taken()
            self._store.add(self._store.series(*place[:2], quantity, place.position), step, tally)
        return bool(touched)

    def drop(self, quantity: str) -> None:
        """Forget what was counted of a quantity: the pass has failed."""
        for place in self._touched.pop(quantity, ()):
            self._counters[quantity][place].taken()
