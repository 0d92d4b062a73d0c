"""The nets and the data of the chapter, as its reader writes them, for the tests by section."""

from pathlib import Path

import torch
from torch import Tensor, nn

from convscope.all import (
    ActivationStats,
    CategoryBlock,
    DataBlock,
    DataLoaders,
    F,
    Flatten,
    GrandparentSplitter,
    ImageBlock,
    Learner,
    Normalize,
    PILImageBW,
    accuracy,
    get_image_files,
    parent_label,
    sequential,
)
from convscope.train import Callback, Splits


def conv(ni: int, nf: int, ks: int = 3, *, act: bool = True, norm: bool = False) -> nn.Module:
    """A convolution of stride 2, with what stands behind it; batch normalisation as in print."""
    layers: list[nn.Module] = [nn.Conv2d(ni, nf, stride=2, kernel_size=ks, padding=ks // 2)]
    if norm:
        layers.append(nn.BatchNorm2d(nf))
    if act:
        layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def three_or_seven() -> nn.Sequential:
    """The net of five convolutions for two classes."""
    return sequential(
        conv(1, 4), conv(4, 8), conv(8, 16), conv(16, 32), conv(32, 2, act=False), Flatten()
    )


def ten_digits(*, norm: bool = False) -> nn.Sequential:
    """The net of five convolutions for ten classes."""
    return sequential(
        conv(1, 8, ks=5, norm=norm),
        conv(8, 16, norm=norm),
        conv(16, 32, norm=norm),
        conv(32, 64, norm=norm),
        conv(64, 10, act=False, norm=norm),
        Flatten(),
    )


def loaders(path: Path, bs: int = 64, *names: str) -> DataLoaders:
    """The chapter's `get_dls`."""
    return DataBlock(
        blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
        get_items=get_image_files,
        splitter=GrandparentSplitter(*names),
        get_y=parent_label,
        batch_tfms=Normalize(),
    ).dataloaders(path, bs=bs)


def learner(
    dls: DataLoaders | Splits, model: nn.Module, cbs: list[Callback] | None = None
) -> Learner:
    """The chapter's learner, that prints nothing."""
    return Learner(
        dls, model, loss_func=F.cross_entropy, metrics=accuracy, cbs=cbs or [], quiet=True
    )


def small_pictures(batches: int, size: int = 8) -> list[tuple[Tensor, Tensor]]:
    """Noise of 28 x 28 with ten labels, where the numbers do not matter."""
    dice = torch.Generator().manual_seed(99)  # no net begins with these numbers
    return [
        (torch.rand(size, 1, 28, 28, generator=dice), torch.arange(size) % 10)
        for _ in range(batches)
    ]


def convolutions(net: nn.Module) -> list[nn.Conv2d]:
    """The convolutions of a net, the first one first."""
    return [one for one in net.modules() if isinstance(one, nn.Conv2d)]


def stats_of(learn: Learner) -> ActivationStats:
    """`learn.activation_stats`, with the type that it has."""
    found = learn.activation_stats
    assert isinstance(found, ActivationStats)
    return found
