"""Everything before the first step: look, choose, decode, build."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from rich.console import Console
from torch import nn

from convscope.data import (
    Augment,
    DataLoaders,
    ImageBlock,
    Normalize,
    PILImage,
    PILImageBW,
    Resize,
    Tolerance,
    chosen_device,
    folder_block,
)
from convscope.errors import ConfigError, LayoutError, account
from convscope.models import build, native_size
from convscope.pictures import Survey, cache_limit, glance, survey
from convscope.recipes.choosing import VALID_SHARE, Choice, Facts, choose
from convscope.recipes.loading import architecture
from convscope.recipes.saying import say
from convscope.recipes.starting import Start, start_of
from convscope.recipes.trackers import require_trackers
from convscope.runs import TrainSettings
from convscope.train import NORMS, balanced_weights

MAX_BAD = 0.05  # share of the pictures that may be unreadable where nothing is said
FREEZE_EPOCHS = 1  # of the last layer alone, where training begins with another run's weights


@dataclass(frozen=True, slots=True)
class Prepared:
    """Data, network and settings, ready to be trained."""

    found: Survey
    choice: Choice
    dls: DataLoaders
    model: nn.Module
    notes: list[str]
    """What was found and decided, in sentences."""
    start: Start | None = None
    """The weights that training begins with, where they are another run's."""
    head: frozenset[str] = frozenset()
    """Then the parameters of its last layer, by name."""

    @property
    def settings(self) -> TrainSettings:
        """Settings with nothing left open."""
        return self.choice.settings

    @property
    def epochs(self) -> int:
        """Passes over the training pictures, those with a frozen body included."""
        return cast(int, self.settings.epochs) + (FREEZE_EPOCHS if self.start else 0)

    @property
    def fingerprint(self) -> str:
        """The same for the same pictures, labels, split and order."""
        return self.dls.train.fingerprint  # its pixels are those of validation, too


def prepare(
    folder: Path,
    asked: TrainSettings,
    console: Console,
    *,
    kept: Path | None = None,
    unused: Sequence[str] = (),
) -> Prepared:
    """Look at a folder, choose what was left open, decode the pictures and build the network.

    Args:
        folder: of pictures; nothing is written to it.
        asked: None where the choice is ours.
        console: where to say what was found and decided.
        kept: the weights to begin with, where a run has kept those of `asked.from_`.
        unused: settings that the caller makes no use of: nothing is said about these.

    Returns:
        All that a fit needs. The random state is what the seed makes it.

    Raises:
        ConvscopeError: the folder or the settings cannot be used; nothing was trained.
    """
    device = chosen_device(asked.checked().device)
    asked = asked.resolved(resize="crop", max_bad=MAX_BAD, strict=False)
    limit_bytes = cache_limit(asked.cache_limit)
    require_trackers(asked)
    start = None if asked.from_ is None else start_of(asked.from_, kept)
    asked = asked if start is None else start.completed(asked)
    found = survey(folder, limit_bytes=limit_bytes)
    _refuse_empty(found, asked)
    choice = choose(asked, _facts(found, asked, start), unused)
    settings = choice.settings
    build(  # a name or a size that is wrong is told before anything is decoded
        cast(str, settings.arch),
        size=choice.size,
        channels=cast(int, settings.channels),
        classes=len(found.classes),
    )
    dls = _decoded(found, choice, device, start, limit_bytes)
    notes = [*found.decisions, *found.warnings, *dls.found, dls.kept, *choice.reasons]
    notes += [start.told(dls.prepare)] if start else []
    notes += [_weights(dls)] if settings.class_weights == "auto" else []
    for note in notes:
        say(console, note)
    torch.manual_seed(cast(int, settings.seed))
    model = architecture(cast(str, settings.arch), dls.prepare)
    head = start.begin(model, dls.prepare) if start else frozenset[str]()
    _refuse_lone_pictures(settings, model)
    return Prepared(found, choice, dls, model, notes, start, head)


def _facts(found: Survey, asked: TrainSettings, start: Start | None) -> Facts:
    files = [name for names in found.train.values() for name in names]
    seen = glance(files)
    share = 1.0 if found.valid is not None else 1 - (asked.valid_share or VALID_SHARE)
    made_for = None if asked.arch is None else native_size(asked.arch)
    native = None if made_for is None else (made_for, f"the size that {asked.arch} was made for")
    return Facts(
        round(len(files) * share),
        seen.one_size,
        seen.coloured,
        divided=found.valid is not None,
        native=native if start is None else start.size,
        begun=start is not None,
    )


def _weights(dls: DataLoaders) -> str:
    weights = balanced_weights(dls.train_counts).tolist()
    named = ", ".join(f"{name} {one:.3g}" for name, one in zip(dls.vocab, weights, strict=True))
    return f"class weights (pictures / (classes x pictures of the class)): {named}"


def _decoded(
    found: Survey, choice: Choice, device: torch.device, start: Start | None, limit_bytes: int
) -> DataLoaders:
    settings = choice.settings
    scaling = None if start is None else start.file.prepare.scaling  # what the weights are used to
    normalize = Normalize() if scaling is None else Normalize(scaling.mean, scaling.deviation)
    block = folder_block(
        found,
        ImageBlock(PILImage if settings.channels == 3 else PILImageBW),
        valid_share=settings.valid_share or VALID_SHARE,  # none where there is a split
        seed=cast(int, settings.seed),
        item_tfms=Resize(choice.size, cast(str, settings.resize)),
        batch_tfms=[normalize, Augment(cast(str, settings.augment), settings.mix)],
    )
    tolerance = Tolerance(
        cast(float, settings.max_bad), strict=bool(settings.strict), called="--max-bad {}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is in `found` as well
        return block.dataloaders(
            found.root,
            cast(int, settings.batch_size),
            device=device,
            tolerance=tolerance,
            cache_limit_bytes=limit_bytes,
        )


def _refuse_empty(found: Survey, asked: TrainSettings) -> None:
    if asked.strict and found.empty:
        raise LayoutError(
            account(
                "a class folder holds no pictures",
                facts={"folder": found.root, "without pictures": ", ".join(found.empty)},
                because="--strict takes it for a mistake",
                fix="pictures in it, or no such folder; without --strict it is left out",
            )
        )


def _refuse_lone_pictures(settings: TrainSettings, model: nn.Module) -> None:
    if settings.batch_size == 1 and any(isinstance(layer, NORMS) for layer in model.modules()):
        raise ConfigError(
            account(
                "--batch-size 1 cannot train this network",
                facts={"network": settings.arch, "batch size": 1},
                because="its normalisation compares the pictures of a batch with each other",
                fix="--batch-size 2 or more, or --arch simple_cnn, which has none",
            )
        )
