"""One executed operation as the rules see it, along one axis of the picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from convscope.probe.record import Operation, Recording, Ref
from convscope.probe.spans import Span, united

Shape = tuple[int, ...]
Spread = Span | None | list[Span | None]
Family = Callable[["Step"], Spread]


@dataclass(frozen=True, slots=True)
class Step:
    """What a rule may ask.

    Attributes:
        recording: of the pass.
        operation: that was executed.
        spans: what each value depends on, by its index; missing or None: not on the picture.
    """

    recording: Recording
    operation: Operation
    spans: dict[int, Span | None]

    def argument(self, name: str) -> Any:  # noqa: ANN401 - whatever PyTorch takes
        """Give an argument that is no tensor; None where there is none."""
        return self.operation.arguments.get(name)

    def whole(self, name: str) -> int:
        """Give an argument that is a whole number."""
        return int(self.argument(name))

    def sides(self, name: str, count: int) -> list[int]:
        """Give an argument with a whole number for each of `count` axes; one stands for all."""
        given = cast("list[int] | int", self.argument(name))
        listed = list(given) if isinstance(given, list) else [given]
        return listed * count if len(listed) == 1 else listed

    def value(self, name: str) -> int | None:
        """Give the index of a tensor."""
        given = self.argument(name)
        return given.value if isinstance(given, Ref) else None

    def shape(self, name: str) -> Shape:
        """Give the shape of a tensor, () where there is none."""
        index = self.value(name)
        return () if index is None else self.recording.values[index].shape

    def span(self, name: str) -> Span | None:
        """Give what a tensor depends on."""
        index = self.value(name)
        return None if index is None else self.spans.get(index)

    def parts(self, name: str) -> list[tuple[Span | None, Shape]]:
        """Give a list of tensors, each with its shape."""
        listed = cast("list[Ref]", self.argument(name))
        return [
            (self.spans.get(one.value), self.recording.values[one.value].shape) for one in listed
        ]

    def lump(self, name: str) -> tuple[Span | None, Shape]:
        """Give what a tensor depends on as a whole: weights may be computed from the picture."""
        span, shape = self.span(name), self.shape(name)
        return (None if span is None else span.over(range(len(shape)), shape, kept=False)), ()

    @property
    def result(self) -> Shape:
        """Shape of the first result."""
        return self.recording.values[self.operation.outputs[0]].shape

    def all_inputs(self) -> list[tuple[Span | None, Shape]]:
        """Give every tensor that was read, each with its shape."""
        values = self.recording.values
        return [(self.spans.get(one), values[one].shape) for one in self.operation.inputs]

    def united(self, parts: Sequence[tuple[Span | None, Sequence[int]]]) -> Span | None:
        """Unite tensors, broadcast to the first result."""
        return united(parts, self.result)
