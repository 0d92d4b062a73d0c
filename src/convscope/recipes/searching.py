"""`convscope lr-find`: which learning rate a folder of pictures asks for."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from convscope import figures
from convscope.recipes.places import refuse_among
from convscope.recipes.preparing import prepare
from convscope.recipes.saying import say
from convscope.runs import TrainSettings
from convscope.train import Learner, SuggestedLRs


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, and where its picture is."""

    found: SuggestedLRs
    picture: Path


def find_rate(folder: Path, asked: TrainSettings, *, out: Path, console: Console) -> Search:
    """Try rates from small to large on the network that `train` would take.

    Args:
        folder: of pictures, by class.
        asked: None where the choice is left to us.
        out: where lr_find.png goes.
        console: where to say what happens.

    Returns:
        The suggestion and the picture.

    Raises:
        ConfigError: `out` lies in the folder of pictures.
    """
    refuse_among(folder, out)
    ready = prepare(folder, asked, console, unused=("epochs", "lr_max"))
    learn = Learner(ready.dls, ready.model, wd=ready.settings.weight_decay, quiet=True)
    found = learn.lr_find(show_plot=False)
    say(console, f"suggested: --lr-max {found.valley:.2g}")  # first: the disk may be full
    out.mkdir(parents=True, exist_ok=True)
    picture = out / "lr_find.png"
    figures.save(figures.rate_search(found.lrs, found.losses, found.valley), picture)
    say(console, f"picture: {picture}")
    return Search(found, picture)
