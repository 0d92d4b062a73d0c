"""The chapter's ladder of experiments: what each step gave, beside the numbers of the book."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from convscope.runs.comparisons import Spread
from convscope.runs.layers import HistogramGrid, LayerHistory
from convscope.runs.phrases import Name, Phrase, said
from convscope.runs.records import Steps


@dataclass(frozen=True, slots=True)
class Printed:
    """What the book prints of a step.

    Attributes:
        train_loss: as its library averages it.
        valid_loss: of the last epoch.
        accuracy: of the last epoch, 0..1.
    """

    train_loss: float
    valid_loss: float
    accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder.

    Attributes:
        step: its letter.
        batch_size: pictures a step.
        lr: the rate, or the top of the cycle.
        schedule: of the rate.
        epochs: that were trained.
        net: what was trained.
        data: what it was trained on.
        book: what the book prints.
        seeds: of weights and order.
        train_loss: one a seed.
        valid_loss: one a seed.
        accuracy: one a seed.
        seconds: of wall time, one a seed.
        silent: how many of the seeds gave a net that answers the same to every picture.
        band: what is expected of the accuracy; None where nothing is.
        expected: the same in signs, such as "< 0.5".
        held: whether it is so; None where there is no band, or too few seeds to tell.
    """

    step: str
    batch_size: int
    lr: float
    schedule: Name
    epochs: int
    net: Name
    data: Name
    book: Printed
    seeds: tuple[int, ...]
    train_loss: Spread
    valid_loss: Spread
    accuracy: Spread
    seconds: Spread
    silent: int = 0
    band: Phrase | None = None
    expected: str = ""
    held: bool | None = None

    def to_dict(self, lang: str | None = None) -> dict[str, object]:
        """Give plain values, for JSON.

        Args:
            lang: of names, as for `words.label`.

        Returns:
            Names, numbers, and for each measure median, low, high and the value of each seed.
        """
        plain = ("step", "batch_size", "lr", "epochs", "seeds", "book", "silent", "held")
        measures = ("train_loss", "valid_loss", "accuracy", "seconds")
        spreads: dict[str, Spread] = {name: getattr(self, name) for name in measures}
        content: dict[str, object] = {name: getattr(self, name) for name in plain}
        for name in ("schedule", "net", "data"):
            content[name] = said(getattr(self, name), lang)
        content["band"] = self.band.text(lang) if self.band else None
        for name, one in spreads.items():
            content[name] = {**one.to_dict(), "seeds": one.values}
        return content


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """What one layer gave while a step's net learnt.

    Attributes:
        history: its mean, deviation and shares.
        grid: its histograms.
        steps: loss and rate of the training.
        seed: that was watched.
    """

    history: LayerHistory
    grid: HistogramGrid
    steps: Steps
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladder:
    """All steps that were made.

    Attributes:
        rungs: a step each, in the order of the chapter.
        inside: what was seen, by the step's letter.
        data: what was learnt from.
        factor: epochs that stood for one of the book's.
        seconds: of wall time, for everything.
        processor_seconds: of processor time, of all threads.
    """

    rungs: tuple[Rung, ...]
    inside: Mapping[str, Inside] = field(default_factory=dict[str, Inside])
    data: Name
    factor: int
    seconds: float
    processor_seconds: float

    def to_dict(self, lang: str | None = None) -> dict[str, object]:
        """Give plain values, for JSON.

        Args:
            lang: of names, as for `words.label`.

        Returns:
            Names and numbers; not what was seen inside.
        """
        return {
            "data": said(self.data, lang),
            "epochs_factor": self.factor,
            "seconds": self.seconds,
            "processor_seconds": self.processor_seconds,
            "steps": [rung.to_dict(lang) for rung in self.rungs],
        }
