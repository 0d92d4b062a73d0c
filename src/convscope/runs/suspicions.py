"""What may be wrong with pictures: a label that a model doubts, a picture that is there twice."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class LabelSuspicion:
    """A picture whose label may be wrong. It is a suspicion: the model may be wrong instead.

    Attributes:
        file: of the picture.
        label: what it is called.
        other: what the model takes it for.
        probability: of the other class, 0..1.
        label_probability: of the class that it is called, 0..1.
    """

    file: str
    label: str
    other: str
    probability: float
    label_probability: float


@dataclass(frozen=True, slots=True)
class Copies:
    """Pictures that are the same, or nearly.

    Attributes:
        files: of the pictures, at least two.
        labels: of each.
        sides: of each, "train" or "valid".
        kind: "same" pixels, or "near": stored anew, sized, brightened.
    """

    files: tuple[str, ...]
    labels: tuple[str, ...]
    sides: tuple[str, ...]
    kind: Literal["same", "near"]

    @property
    def is_harmful(self) -> bool:
        """Whether they lie on both sides of the split, or in two classes."""
        return len(set(self.sides)) > 1 or len(set(self.labels)) > 1
