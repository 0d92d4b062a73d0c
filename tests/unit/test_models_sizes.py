"""Networks grow and shrink with the pictures, and refuse those that are too small."""

import logging

import pytest
import torch
from torch import nn

from convscope.errors import ConfigError, ShapeError
from convscope.models import build, pooled_cnn, simple_cnn, simple_net, small_resnet
from convscope.models.norms import group_count


def convolutions(model: nn.Module) -> list[tuple[int, int]]:
    found = [one for one in model.modules() if isinstance(one, nn.Conv2d)]
    return [(one.in_channels, one.out_channels) for one in found]


def test_as_many_convolutions_as_bring_the_map_to_one_place() -> None:
    assert convolutions(simple_net(size=2)) == [(1, 2)]
    assert convolutions(simple_net(size=(3, 9), classes=5)) == [(1, 4), (4, 8), (8, 16), (16, 5)]
    assert len(convolutions(simple_cnn(size=32))) == 5
    assert len(convolutions(simple_cnn(size=33))) == 6
    assert convolutions(simple_cnn(size=1024))[-2:] == [(512, 512), (512, 10)]


def test_pooling_goes_on_until_eight_pixels() -> None:
    assert convolutions(pooled_cnn(size=28))[-1] == (32, 64)
    assert convolutions(pooled_cnn(size=36))[-1] == (64, 128)
    assert convolutions(pooled_cnn(size=2)) == [(1, 16), (16, 32)]


def test_a_residual_block_starts_by_handing_its_input_on() -> None:
    block = small_resnet()[3]
    images = torch.rand(2, 32, 5, 5)
    assert torch.equal(block(images), images)


@pytest.mark.parametrize(("name", "least"), [("simple_cnn", 2), ("small_resnet", 16)])
def test_too_small_a_picture_is_refused_before_training(name: str, least: int) -> None:
    build(name, size=least, channels=1, classes=2)
    with pytest.raises(ShapeError) as caught:
        build(name, size=(40, least - 1), channels=1, classes=2)
    assert str(caught.value) == (
        f"the pictures are too small for {name}\n"
        f"  pictures : 40 x {least - 1} px (height x width)\n"
        f"  network  : steps over {least} px until its last map\n"
        f"  because  : {least - 1} px < {least} px would leave that map only padding\n"
        f"  try      : pictures of {least} px or more, or a network with fewer steps"
    )


def test_a_misspelt_network_gets_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        build("smal_resnet", size=28, channels=1, classes=2)
    assert str(caught.value) == (
        "there is no network 'smal_resnet'\n"
        "  known   : simple_net, simple_cnn, pooled_cnn, wide_cnn, small_resnet\n"
        "  because : only these networks have a name, and timm:NAME where timm can be imported\n"
        "  try     : 'small_resnet' or 'simple_net'; in Python also any nn.Module of your own"
    )


def test_a_misspelt_normalisation_gets_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        simple_cnn(norm="bach")
    assert str(caught.value) == (
        "there is no normalisation 'bach' for maps of a convolution\n"
        "  known   : batch, group, instance, layer, local_response, rms\n"
        "  because : it needs a layer of torch.nn that takes (batch, channels, height, width)\n"
        "  try     : norm='batch', or norm=None"
    )


def test_a_normalisation_of_something_else_is_refused() -> None:
    with pytest.raises(ConfigError, match="'BatchNorm1d'"):
        simple_cnn(norm=nn.BatchNorm1d)


def test_an_unknown_order_is_refused() -> None:
    with pytest.raises(ConfigError, match="there is no order 'infront'"):
        simple_cnn(norm="batch", order="infront")


def test_instance_normalisation_is_left_out_where_one_value_has_no_variance(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, logger="convscope"):
        model = simple_cnn(norm="instance")
    assert sum(isinstance(one, nn.InstanceNorm2d) for one in model.modules()) == 4
    assert caplog.messages == [
        "InstanceNorm2d left out on 10 maps of 1 x 1: a mean of 1 value(s) leaves nothing of them"
    ]
    model(torch.zeros(2, 1, 28, 28))  # PyTorch would refuse the 1 x 1 map here


def test_two_class_scores_are_not_normalised_against_each_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for norm in ("group", "layer"):
        model = simple_net(norm=norm)
        assert isinstance(model[4], nn.Conv2d)
    assert len(caplog.messages) == 2


@pytest.mark.parametrize("places", [1, 4, 49])
def test_groups_divide_the_channels(places: int) -> None:
    for channels in range(1, 130):
        groups = group_count(channels, places)
        assert channels % groups == 0
        assert groups == 1 or channels // groups * places >= 16
