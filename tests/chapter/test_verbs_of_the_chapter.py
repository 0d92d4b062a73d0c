"""The verbs draw through pyplot and return Axes; a second import overwrites nothing."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import torch

from convscope import figures
from convscope.all import (
    ActivationStats,
    ClassificationInterpretation,
    DataLoaders,
    Learner,
    plt,
    show_image,
    subplots,
)
from convscope.train import Splits
from tests.chapter.parts import learner, small_pictures, stats_of, ten_digits
from tests.unit.test_all import DEFINED


@pytest.fixture(scope="module")
def learn() -> Learner:
    torch.manual_seed(0)
    stats = ActivationStats(norms=True, kernels=True, gradients=True)
    learn = learner(Splits(small_pictures(8), small_pictures(2)), ten_digits(norm=True), [stats])
    learn.fit_one_cycle(1, 0.01)
    return learn


VERBS: dict[str, Callable[[Learner, DataLoaders], object]] = {
    "show_image": lambda learn, dls: show_image(torch.rand(1, 8, 8)),
    "subplots": lambda learn, dls: subplots(2, 2)[1].tolist(),
    "show_batch": lambda learn, dls: dls.show_batch(),
    "plot_sched": lambda learn, dls: learn.recorder.plot_sched(),
    "plot_loss": lambda learn, dls: learn.recorder.plot_loss(),
    "plot_layer_stats": lambda learn, dls: stats_of(learn).plot_layer_stats(-2),
    "color_dim": lambda learn, dls: stats_of(learn).color_dim(-2),
    "color_dim of all": lambda learn, dls: stats_of(learn).color_dim(),
    "plot_channels": lambda learn, dls: stats_of(learn).plot_channels(),
    "plot_norm": lambda learn, dls: stats_of(learn).plot_norm(0),
    "plot_gradients": lambda learn, dls: stats_of(learn).plot_gradients(),
    "plot_kernels": lambda learn, dls: stats_of(learn).plot_kernels(),
    "show_results": lambda learn, dls: learn.show_results(),
    "plot_confusion_matrix": lambda learn, dls: judged(learn).plot_confusion_matrix(),
    "plot_top_losses": lambda learn, dls: judged(learn).plot_top_losses(2),
}


def judged(learn: Learner) -> ClassificationInterpretation:
    return ClassificationInterpretation.from_learner(learn)


def flat(drawn: object) -> list[object]:
    return [one for part in drawn for one in flat(part)] if isinstance(drawn, list) else [drawn]


@pytest.mark.parametrize("verb", VERBS)
def test_a_semicolon_does_not_lose_the_picture(verb: str, learn: Learner, ten: DataLoaders) -> None:
    """What pyplot holds, a notebook shows when the cell ends, whatever its last value is."""
    plt.close("all")
    axes = flat(VERBS[verb](learn, ten))
    assert axes
    assert all(isinstance(one, figures.Axes) for one in axes)
    (number,) = plt.get_fignums()
    assert plt.figure(number).axes[: len(axes)] == axes


def test_every_plot_verb_is_among_them() -> None:
    """Whoever adds a verb adds it here."""
    owners = (
        Learner,
        ActivationStats,
        DataLoaders,
        ClassificationInterpretation,
        type(learner(Splits([], []), ten_digits()).recorder),
    )
    names = {name for owner in owners for name in dir(owner) if name.startswith(("plot_", "show_"))}
    assert names <= set(VERBS)


def test_one_channel_is_grey_and_three_are_colour() -> None:
    grey = show_image(torch.arange(64.0).view(8, 8)).images[0]
    assert grey.get_cmap().name == "Greys"  # small is white, as ink on paper
    assert np.asarray(show_image(torch.rand(3, 8, 8)).images[0].get_array()).shape == (8, 8, 3)
    given = show_image(torch.rand(8, 8), cmap="Reds").images[0]
    assert given.get_cmap().name == "Reds"


def test_lr_find_draws_too(learn: Learner) -> None:
    plt.close("all")
    learn.lr_find()
    assert len(plt.get_fignums()) == 1


@pytest.mark.slow
def test_the_second_import_leaves_the_readers_names_alone() -> None:
    """All that the chapter defines before its middle is still there after `import *`."""
    made = "\n".join(f"{name} = object()" for name in DEFINED)
    script = (
        f"from convscope.all import *\n{made}\nmine = dict(globals())\n"
        "from convscope.all import *\n"
        f"lost = [name for name in {DEFINED} if globals()[name] is not mine[name]]\n"
        "assert not lost, lost\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
