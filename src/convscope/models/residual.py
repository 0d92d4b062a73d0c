"""The network that `convscope train` takes for photographs: a small ResNet."""

from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from convscope.models.blocks import channels_last
from convscope.models.sizes import Size, both_sides
from convscope.tensors import Images

WIDTHS = (32, 64, 128, 256)  # maps of the four stages; every stage but the first halves the map
STEPS = 16  # pixels that the stem and the stages step over together


class BasicBlock(nn.Module):
    """Two convolutions whose result is added to what came in.

    The scale of the second BatchNorm starts at zero, so that the block starts by handing its input
    on: the network is born shallow and grows deep.

    Example:
        >>> import torch
        >>> BasicBlock(4, 8, stride=2)(torch.zeros(1, 4, 6, 6)).shape
        torch.Size([1, 8, 3, 3])

    Source:
        He et al., "Deep residual learning for image recognition" (2015), figure 2; Goyal et al.,
        "Accurate, large minibatch SGD" (2017), section 5.1, for the zero.
    """

    plan_name = (
        "convscope.BasicBlock"  # and its arguments as attributes: see `convscope.probe.plan_of`
    )

    def __init__(self, incoming: int, outgoing: int, *, stride: int = 1) -> None:
        super().__init__()
        self.incoming, self.outgoing, self.stride = incoming, outgoing, stride
        self.first = _convolution(incoming, outgoing, kernel=3, stride=stride)
        self.scale_first = nn.BatchNorm2d(outgoing)
        self.second = _convolution(outgoing, outgoing, kernel=3)
        self.scale_second = nn.BatchNorm2d(outgoing)
        nn.init.zeros_(self.scale_second.weight)
        self.shortcut = nn.Identity()
        if incoming != outgoing or stride > 1:
            self.shortcut = nn.Sequential(
                _convolution(incoming, outgoing, kernel=1, stride=stride), nn.BatchNorm2d(outgoing)
            )

    def forward(self, images: Images) -> Float[Tensor, "batch maps rows columns"]:
        """Add the two convolutions to their input.

        Returns:
            Maps of ceil(height / stride) x ceil(width / stride), nowhere below zero.
        """
        inside = F.relu(self.scale_first(self.first(images)))
        return F.relu(self.scale_second(self.second(inside)) + self.shortcut(images))


def small_resnet(*, size: Size = 128, channels: int = 3, classes: int = 2) -> nn.Sequential:
    """Make a ResNet of four blocks for photographs.

    Args:
        size: side of the pictures in pixels, or their height and width; at least 16.
        channels: of the pictures, 1 for grey, 3 for colour.
        classes: number of outputs.

    Returns:
        A network from (batch, channels, height, width) to (batch, classes), with PyTorch's own
        initialisation but for the zeros of `BasicBlock`.

    Raises:
        ShapeError: a side of the pictures is shorter than 16 pixels.

    Example:
        >>> sum(weights.numel() for weights in small_resnet().parameters())
        1228450

    Source:
        He et al., "Deep residual learning for image recognition" (2015), table 1, with one block a
        stage and half the maps.
    """
    both_sides(size, least=STEPS, network="small_resnet")
    stem = [
        _convolution(channels, WIDTHS[0], kernel=5, stride=2),
        nn.BatchNorm2d(WIDTHS[0]),
        nn.ReLU(),
    ]
    stages = [BasicBlock(*pair, stride=2) for pair in pairwise(WIDTHS)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTHS[-1], classes)]
    return channels_last(nn.Sequential(*stem, BasicBlock(WIDTHS[0], WIDTHS[0]), *stages, *head))


def _convolution(incoming: int, outgoing: int, *, kernel: int, stride: int = 1) -> nn.Conv2d:
    # no bias: the BatchNorm behind it subtracts it again
    return nn.Conv2d(incoming, outgoing, kernel, stride=stride, padding=kernel // 2, bias=False)
