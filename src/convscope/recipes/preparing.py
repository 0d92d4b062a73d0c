"""Everything before the first step: look, choose, decode, build."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from rich.console import Console
from torch import nn

from convscope.data import (
    DataLoaders,
    ImageBlock,
    Normalize,
    PILImage,
    PILImageBW,
    Resize,
    chosen_device,
    folder_block,
)
from convscope.errors import ConfigError, account
from convscope.models import build
from convscope.pictures import Survey, glance, survey
from convscope.recipes.choosing import VALID_SHARE, Choice, Facts, choose
from convscope.recipes.loading import architecture
from convscope.recipes.saying import say
from convscope.runs import TrainSettings
from convscope.train import NORMS


@dataclass(frozen=True, slots=True)
class Prepared:
    """Data, network and settings, ready to be trained."""

    found: Survey
    choice: Choice
    dls: DataLoaders
    model: nn.Module
    notes: list[str]
    """What was found and decided, in sentences."""

    @property
    def settings(self) -> TrainSettings:
        """Settings with nothing left open."""
        return self.choice.settings

    @property
    def fingerprint(self) -> str:
        """The same for the same pictures, labels, split and order."""
        return self.dls.train.fingerprint  # its pixels are those of validation, too


def prepare(folder: Path, asked: TrainSettings, console: Console) -> Prepared:
    """Look at a folder, choose what was left open, decode the pictures and build the network.

    Args:
        folder: of pictures; nothing is written to it.
        asked: None where the choice is ours.
        console: where to say what was found and decided.

    Returns:
        All that a fit needs. The random state is what the seed makes it.

    Raises:
        ConvscopeError: the folder or the settings cannot be used; nothing was trained.
    """
    device = chosen_device(asked.checked().device)
    found = survey(folder)
    choice = choose(asked, _facts(found, asked))
    settings = choice.settings
    build(  # a name or a size that is wrong is told before anything is decoded
        cast(str, settings.arch),
        size=choice.size,
        channels=cast(int, settings.channels),
        classes=len(found.classes),
    )
    dls = _decoded(found, choice, device)
    notes = [*found.decisions, *found.warnings, *dls.found, *choice.reasons]
    for note in notes:
        say(console, note)
    torch.manual_seed(cast(int, settings.seed))
    model = architecture(cast(str, settings.arch), dls.prepare)
    _refuse_lone_pictures(settings, model)
    return Prepared(found, choice, dls, model, notes)


def _facts(found: Survey, asked: TrainSettings) -> Facts:
    files = [name for names in found.train.values() for name in names]
    seen = glance(files)
    share = 1.0 if found.valid is not None else 1 - (asked.valid_share or VALID_SHARE)
    return Facts(
        round(len(files) * share), seen.one_size, seen.coloured, divided=found.valid is not None
    )


def _decoded(found: Survey, choice: Choice, device: torch.device) -> DataLoaders:
    settings = choice.settings
    block = folder_block(
        found,
        ImageBlock(PILImage if settings.channels == 3 else PILImageBW),
        valid_share=settings.valid_share or VALID_SHARE,  # none where there is a split
        seed=cast(int, settings.seed),
        item_tfms=Resize(choice.size),
        batch_tfms=Normalize(),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is in `found` as well
        return block.dataloaders(found.root, cast(int, settings.batch_size), device=device)


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
