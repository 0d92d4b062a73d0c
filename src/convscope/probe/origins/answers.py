"""What a rule of a trace answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from convscope.probe.origins.scene import Asked
from convscope.probe.origins.steps import Kind, Part


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one number is made of; see `convscope.probe.origins.steps.Step` for the meaning of each.

    Attributes:
        kind: how the terms give the number.
        parts: the terms.
        bias: what is added to them.
        computed: what they give; None for their sum.
        facts: further numbers, by name.
        note: what else has to be said.
    """

    kind: Kind
    parts: tuple[Part, ...] = ()
    bias: float = 0.0
    computed: float | None = None
    facts: Mapping[str, float] = field(default_factory=dict[str, float])
    note: str = ""

    @property
    def result(self) -> float:
        """What the terms give."""
        if self.computed is not None:
            return self.computed
        return self.bias + sum(float(part.products.sum()) for part in self.parts)


Rule: TypeAlias = Callable[[Asked], Answer | None]
"""Answers, or says None: it does not know this form of the operation."""
