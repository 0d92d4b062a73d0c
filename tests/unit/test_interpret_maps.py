"""Maps, filters and patches whose answer is known."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from convscope.errors import ConfigError, ShapeError
from convscope.figures import filters as filters_drawn
from convscope.figures import heat_over, layer_maps
from convscope.figures import strongest_patches as patches_drawn
from convscope.interpret import all_maps, feature_maps, filters, strongest_patches
from convscope.probe import trace


def identity() -> nn.Sequential:
    net = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1, bias=False), nn.ReLU(), nn.Flatten())
    with torch.no_grad():
        (kernel,) = net.parameters()
        kernel.zero_()
        kernel[0, 0, 1, 1] = 1
    return net


def test_the_maps_of_a_net_that_changes_nothing_are_the_picture() -> None:
    picture = torch.rand(1, 1, 6, 7)
    net = identity()
    for layer in (0, "0", "1"):
        torch.testing.assert_close(feature_maps(net, picture, layer), picture[0])
    (only,) = all_maps(net, picture - 0.5)
    torch.testing.assert_close(only.maps, (picture - 0.5).relu()[0])
    assert feature_maps(nn.Sequential(nn.Flatten(), nn.Linear(42, 3)), picture, -1).shape == (
        3,
        1,
        1,
    )


def test_a_layer_that_runs_twice_has_two_maps() -> None:
    shared = nn.Conv2d(1, 1, 3, padding=1)
    net, picture = nn.Sequential(shared, nn.ReLU(), shared), torch.rand(1, 1, 5, 5)
    first, second = all_maps(net, picture)
    assert [(one.path, one.turn) for one in (first, second)] == [("0", 0), ("0", 1)]
    torch.testing.assert_close(first.maps, shared(picture)[0].relu().detach())
    torch.testing.assert_close(feature_maps(net, picture, "0#2"), second.maps)


def test_filters_are_a_copy_of_the_weights() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1))
    found = filters(net, -1)
    torch.testing.assert_close(found, [*net.parameters()][2].detach())
    found.zero_()
    assert [*net.parameters()][2].abs().sum() > 0
    for wrong in (2, "1", "3"):
        with pytest.raises(ConfigError, match="convolutions : 0, 2"):
            filters(net, wrong)


def test_maps_are_told_of_one_picture() -> None:
    for ask in (all_maps, lambda net, images: feature_maps(net, images, 0)):
        with pytest.raises(ShapeError, match="not of 2"):
            ask(identity(), torch.rand(2, 1, 4, 4))
    with pytest.raises(ConfigError, match="there is no layer 'O'"):
        feature_maps(identity(), torch.rand(1, 1, 4, 4), "O")


def matcher() -> tuple[nn.Sequential, torch.Tensor]:
    """A net that halves the picture, then looks for a diagonal; and the diagonal."""
    net = nn.Sequential(
        nn.Conv2d(1, 1, 2, stride=2, bias=False),
        nn.ReLU(),
        nn.Conv2d(1, 1, 3, padding=1, bias=False),
    )
    pattern = torch.eye(3).repeat_interleave(2, 0).repeat_interleave(2, 1)  # 6 x 6 pixels
    with torch.no_grad():
        first, second = net.parameters()
        first.fill_(1 / 4)
        second.copy_(torch.eye(3) * 2 - 1)
    return net, pattern


def test_a_planted_pattern_is_found_with_its_exact_box() -> None:
    net, pattern = matcher()
    images = torch.rand(5, 1, 20, 16, generator=torch.Generator().manual_seed(0)) * 0.3
    images[3, 0, 6:12, 4:10] = pattern
    found = strongest_patches(net, images, -1, channel=0, count=2)
    first = found[0]
    assert (first.picture, first.cell, first.box) == (3, (4, 3), (6, 11, 4, 9))
    assert first.status == "exact"
    assert first.value == pytest.approx(3.0)
    assert found[1].value < first.value
    in_parts = strongest_patches(net, images.split(2), "2", channel=0, count=2)
    assert in_parts == found


@pytest.mark.parametrize("cell", [(0, 0), (4, 3), (9, 7)])
def test_boxes_are_those_that_a_trace_finds(cell: tuple[int, int]) -> None:
    net, _ = matcher()
    images = torch.zeros(1, 1, 20, 16)
    images[0, 0, 2 * cell[0] : 2 * cell[0] + 2, 2 * cell[1] : 2 * cell[1] + 2] = 1.0
    found = strongest_patches(net, images, -1, channel=0, count=1)[0]
    traced = trace(net, images, "2", found.cell)
    box = traced.regions[traced.recording.inputs[0]].box
    assert box is not None
    assert found.box == (*box[0], *box[1])


def test_patches_need_a_channel_and_pictures() -> None:
    net, _ = matcher()
    with pytest.raises(ConfigError, match="0 to 0"):
        strongest_patches(net, torch.rand(1, 1, 8, 8), -1, channel=1)
    with pytest.raises(ConfigError, match="no pictures"):
        strongest_patches(net, [], -1, channel=0)


def test_they_are_drawn() -> None:
    grey, colour = np.zeros((1, 6, 6)), np.zeros((3, 6, 6))
    heat = np.arange(-12.0, 24.0).reshape(6, 6)
    drawn = heat_over(colour, heat, signed=True)
    alpha = drawn.axes[1].images[1].get_array()[..., 3]  # pyright: ignore[reportOptionalSubscript]
    assert alpha.argmax() == heat.argmax()  # the strongest place covers most
    assert float(alpha.ravel()[12]) == 0  # where nothing happens the picture stays
    assert len(layer_maps(np.zeros((7, 3, 3)), range(7)).axes) == 8
    assert len(filters_drawn(np.ones((40, 12, 3, 3))).axes) == 16 * 8 + 1
    assert len(filters_drawn(np.ones((40, 1, 3, 3))).axes) == 40 + 1
    boxed: Any = patches_drawn([grey], [(1, 2, 0, 3)], [1.0]).axes[0].patches[0]
    assert (boxed.get_x(), boxed.get_y(), boxed.get_width(), boxed.get_height()) == (
        -0.5,
        0.5,
        4,
        2,
    )
