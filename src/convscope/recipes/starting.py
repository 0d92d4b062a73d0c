"""Begin with what another run has learnt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import NoReturn

import torch
from torch import nn

from convscope.data import Preparation
from convscope.errors import ConfigError, account
from convscope.recipes.loading import ModelFile, architecture, read_model
from convscope.runs import RunFolder, TrainSettings, option_of

Groups = list[list[nn.Parameter]]


@dataclass(frozen=True, slots=True)
class Start:
    """The weights of another run.

    Attributes:
        path: the file.
        run: the run's folder, as it was named.
        file: what the file holds.
    """

    path: Path
    run: str
    file: ModelFile

    @property
    def size(self) -> tuple[tuple[int, int], str]:
        """Height and width in pixels of the pictures it was trained with, and the sentence."""
        return self.file.prepare.size, f"the size that {self.run} was trained with"

    def completed(self, asked: TrainSettings) -> TrainSettings:
        """Take network and channels from the run.

        Returns:
            The settings.

        Raises:
            ConfigError: something else was asked for.
        """
        own = {"arch": self.file.arch, "channels": self.file.prepare.reading.channels}
        for name, value in own.items():
            given = getattr(asked, name)
            if given not in {None, value}:
                self._refuse(
                    f"{option_of(name)} {given}", f"its {name} is {value}", option_of(name)
                )
        return replace(asked, **own)

    def begin(self, model: nn.Module, prepare: Preparation) -> frozenset[str]:
        """Give a new network the run's weights; where the classes differ, all but the head.

        Args:
            model: of the run's architecture, changed in place.
            prepare: of the new pictures.

        Returns:
            Names of the parameters of the head.

        Raises:
            ConfigError: the weights do not fit, as when the size changes the network's depth.
        """
        head = head_names(self.file.arch, prepare)
        weights = dict(self.file.weights)
        if not self.keeps_head(prepare):
            own = model.state_dict()
            weights = {name: one for name, one in weights.items() if name not in head}
            weights |= {name: own[name] for name in head}
        try:
            model.load_state_dict(weights)
        except RuntimeError:
            height, width = prepare.size
            trained = "{} x {} px".format(*self.file.prepare.size)
            self._refuse(
                f"pictures of {height} x {width} px",
                f"{self.file.arch} has other layers for them than for {trained}",
                "--size",
            )
        return head

    def keeps_head(self, prepare: Preparation) -> bool:
        """Tell if the classes are the same, so that the head can stay."""
        return self.file.prepare.classes == prepare.classes

    def told(self, prepare: Preparation) -> str:
        """Say what is taken over.

        Returns:
            One sentence.
        """
        what = "all its weights" if self.keeps_head(prepare) else "all but the last layer"
        why = "the classes are the same" if self.keeps_head(prepare) else "the classes differ"
        return f"begins with {self.run} ({self.file.arch}): {what}, as {why}; scaled as there"

    def to_dict(self, prepare: Preparation) -> dict[str, object]:
        """Give plain values for run.json."""
        return {
            "run": self.run,
            "classes": list(self.file.prepare.classes),
            "head": "kept" if self.keeps_head(prepare) else "new",
            "weights": blake2b(self.path.read_bytes(), digest_size=16).hexdigest(),
        }

    def _refuse(self, given: str, because: str, option: str) -> NoReturn:
        raise ConfigError(
            account(
                f"{given} does not fit the weights of {self.run}",
                facts={"run": self.run, "network": self.file.arch},
                because=because,
                fix=f"leave {option} out, or train without --from",
            )
        )


def start_of(run: str, kept: Path | None = None) -> Start:
    """Read the weights to begin with.

    Args:
        run: the run's folder.
        kept: a copy of its weights that was made when training began.

    Returns:
        The start.

    Raises:
        RunError: there is no such run, or it has no model.
    """
    path = kept if kept is not None and kept.exists() else RunFolder.open(Path(run)).weights
    return Start(path, run, read_model(path))


def head_names(arch: str, prepare: Preparation) -> frozenset[str]:
    """Find the head of a network: what has another shape when there is one class more.

    Args:
        arch: the network.
        prepare: size, channels and classes.

    Returns:
        Names in its state dict.

    Example:
        >>> from convscope.data import Scaling
        >>> from convscope.pictures import Reading
        >>> digits = Preparation(Reading(None, None, 1), (28, 28), Scaling.plain(1), ("3", "7"))
        >>> sorted(head_names("pooled_cnn", digits))
        ['9.bias', '9.weight']
    """
    more = replace(prepare, classes=(*prepare.classes, "one more"))
    with torch.random.fork_rng(devices=[]):  # building draws weights
        one, other = (architecture(arch, each).state_dict() for each in (prepare, more))
    return frozenset(name for name, weight in one.items() if weight.shape != other[name].shape)


def split_at_head(head: frozenset[str]) -> Callable[[nn.Module], Groups]:
    """Make a splitter of three layer groups: the first half of the body, the second, the head.

    Args:
        head: names of its parameters.

    Returns:
        What a Learner takes as `splitter`.

    Example:
        >>> net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3))
        >>> [len(group) for group in split_at_head(frozenset({"2.weight", "2.bias"}))(net)]
        [2, 2, 2]
    """

    def split(model: nn.Module) -> Groups:
        named = list(model.named_parameters())
        body = [parameter for name, parameter in named if name not in head]
        middle = len(body) // 2
        last = [parameter for name, parameter in named if name in head]
        return [body[:middle], body[middle:], last]

    return split
