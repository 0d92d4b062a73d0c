"""Grad-CAM and occlusion on networks whose answer is known to hang on one place."""

from collections.abc import Callable

import pytest
import torch
from torch import nn

from convscope.errors import ConfigError, DataError, ShapeError
from convscope.interpret import grad_cam, map_layer, occlusion
from convscope.models import BUILDERS


class Corner(nn.Module):
    """Class 1 is told by the light in the upper left quarter of the picture, by nothing else."""

    def __init__(self, channels: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 2, 3, padding=1, bias=False)
        self.head = nn.Linear(2 * 64, 2, bias=False)
        with torch.no_grad():
            self.conv.weight.zero_()
            self.conv.weight[0, :, 1, 1] = 1 / channels  # the picture itself
            self.conv.weight[1, :, 1, 1] = -1 / channels  # and its negative, which ReLU stops
            self.head.weight.zero_()
            corner = torch.zeros(2, 8, 8)
            corner[0, :4, :4] = 1 / 4
            self.head.weight[1] = corner.flatten()

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.conv(images).relu().flatten(1))


def bright(channels: int = 1, count: int = 1) -> torch.Tensor:
    """Pictures that are bright in the upper left and in the lower right quarter."""
    images = torch.full((count, channels, 8, 8), 0.1)
    images[:, :, 1:3, 1:3] = 1.0
    images[:, :, 5:7, 5:7] = 1.0
    return images


@pytest.mark.parametrize(("channels", "count"), [(1, 1), (3, 2)])
def test_both_light_up_in_the_corner_that_counts(channels: int, count: int) -> None:
    net, images = Corner(channels), bright(channels, count)
    # Grad-CAM weighs whole maps: of the two bright places it cannot tell which one the head reads
    found = grad_cam(net, images, classes=[1] * count)
    assert found.layer.path == "conv"
    assert found.maps.shape == (count, 8, 8)
    assert found.maps[0, 1:3, 1:3].min() > 0.99
    assert found.maps[0, 0, 7] < 0.2
    covered = occlusion(net, images, classes=[1] * count, window=2)
    assert int(covered.maps[0].argmax()) in {9, 10, 17, 18}
    assert covered.maps[0, 1:3, 1:3].min() > 0.05
    assert covered.maps[0, 5:, 5:].abs().max() < 1e-6  # what is not read does not count


def test_a_bright_corner_alone_is_where_grad_cam_looks() -> None:
    images = bright()
    images[:, :, 5:7, 5:7] = 0.1
    heat = grad_cam(Corner(), images, classes=[1]).maps[0]
    assert heat[1:3, 1:3].min() > 0.99
    assert heat[4:, 4:].max() < 0.2
    assert grad_cam(Corner(), images, classes=[0]).largest.item() == 0  # nothing speaks for class 0
    assert grad_cam(Corner(), images, classes=[0]).maps.abs().max() == 0


def test_grad_cam_is_the_formula_written_out() -> None:
    torch.manual_seed(0)
    body = nn.Sequential(nn.Conv2d(1, 5, 3), nn.BatchNorm2d(5), nn.ReLU(inplace=True))
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 3))
    net, images = nn.Sequential(body, head).eval(), torch.randn(4, 1, 8, 8)
    classes = torch.tensor([0, 2, 1, 2])
    found = grad_cam(net, images, classes)
    assert (found.layer.path, found.layer.cells) == ("0.2", (6, 6))
    maps = body(images).detach().requires_grad_()
    head(maps).gather(1, classes[:, None]).sum().backward()
    assert maps.grad is not None
    heat = (maps.grad.mean(dim=(2, 3), keepdim=True) * maps.detach()).sum(1, keepdim=True).relu()
    wide = nn.functional.interpolate(heat, (8, 8), mode="bilinear")[:, 0]
    torch.testing.assert_close(found.largest, wide.amax(dim=(1, 2)))
    own = found.maps * found.largest[:, None, None]
    torch.testing.assert_close(own, wide, atol=1e-6, rtol=1e-4)


def test_occlusion_is_the_fall_of_the_probability() -> None:
    net, images = Corner(), bright()
    found = occlusion(net, images, classes=[1], window=8)  # one square, the whole picture
    with torch.no_grad():
        whole = net(images).softmax(1)[0, 1]
        gone = net(torch.full_like(images, float(images.mean()))).softmax(1)[0, 1]
    torch.testing.assert_close(found.maps, (whole - gone).expand(1, 8, 8))
    torch.testing.assert_close(found.probabilities, whole[None])


CHOSEN = {
    "simple_net": ("3.1", "3.0", (2, 2), ("4",)),
    "simple_cnn": ("3.1", "3.0", (2, 2), ("4",)),
    "pooled_cnn": ("6.2", "6.0", (7, 7), ()),
    "wide_cnn": ("6.2", "6.0", (8, 8), ()),
    "small_resnet": ("6", "6.shortcut.0", (2, 2), ()),
}


@pytest.mark.parametrize("name", BUILDERS)
def test_the_layer_is_chosen_and_named(name: str) -> None:
    builder = BUILDERS[name]
    size = 32 if name == "small_resnet" else builder.size
    net = builder.make(size=size, channels=builder.channels, classes=builder.classes)
    images = torch.rand(1, builder.channels, size, size)
    found = map_layer(net, images)
    assert (found.path, found.convolution, found.cells, found.coarser) == CHOSEN[name]
    seen = grad_cam(net, images)
    assert seen.layer == found
    assert seen.maps.shape == (1, size, size)
    assert 0 <= float(seen.maps.min()) <= float(seen.maps.max()) <= 1


class Aside(nn.Module):
    """The second convolution is computed and not used; the ReLU runs twice."""

    def __init__(self) -> None:
        super().__init__()
        self.used, self.idle = nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3)
        self.relu, self.head = nn.ReLU(), nn.Linear(2, 2)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.relu(self.used(images))
        self.idle(maps)
        return self.head(self.relu(maps).mean(dim=(2, 3)))


def test_a_convolution_that_reaches_nothing_is_not_chosen() -> None:
    found = map_layer(Aside(), torch.rand(1, 1, 8, 8))
    assert (found.path, found.convolution) == ("used", "used")


def linear() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 2))


def broken() -> nn.Module:
    net = Corner()
    with torch.no_grad():
        net.conv.weight[0, 0, 0, 0] = float("nan")
    return net


SIZES = torch.zeros(1, 1, 9, 9)
REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: grad_cam(linear(), bright()), ConfigError, "no convolution of its own"),
    (lambda: grad_cam(Corner(), bright(), layer="cnov"), ConfigError, "try     : 'conv'"),
    (lambda: grad_cam(Corner(), bright(), layer=7), ConfigError, "0 to 1"),
    (lambda: grad_cam(Corner(), bright(), layer="head"), ConfigError, "a map is"),
    (lambda: grad_cam(Aside(), bright(), layer="relu"), ConfigError, "runs several times"),
    (lambda: grad_cam(Corner(), bright(), classes=[2]), ShapeError, "from 0 to 1"),
    (lambda: grad_cam(Corner(), bright(3)), ShapeError, r"\(3, 8, 8\)"),
    (lambda: grad_cam(Corner(), SIZES), ShapeError, "cannot take this picture"),
    (lambda: grad_cam(Corner(), bright()[:0]), ShapeError, "no picture"),
    (lambda: grad_cam(broken(), bright()), DataError, "its weights hold NaN"),
    (lambda: occlusion(broken(), bright()), DataError, "its weights hold NaN"),
    (lambda: occlusion(Corner(), bright() / 0), DataError, "the pictures"),
    (lambda: occlusion(Corner(), bright(), window=9), ShapeError, "window from 1 to 8"),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_what_cannot_be_asked_is_refused_in_words(case: int) -> None:
    ask, error, words = REFUSED[case]
    with pytest.raises(error, match=words):
        ask()


def test_any_network_can_be_occluded() -> None:
    net = linear()
    found = occlusion(net, torch.rand(2, 1, 8, 8))
    assert found.maps.shape == (2, 8, 8)
    assert float(found.maps.abs().max()) <= 1
