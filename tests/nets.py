"""Networks whose anatomy is known, small ones for every way of wiring, and the classics.

Shared by the tests of `probe`: import them with `from tests.nets import NETS, resnet`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Shape = tuple[int, ...]


def conv_block(ins: int, outs: int, size: int = 3, stride: int = 1, groups: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(ins, outs, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outs),
        nn.ReLU(inplace=True),
    )


# The classics.


def alexnet_features() -> nn.Sequential:
    """Krizhevsky 2014, "One weird trick": receptive field 195, jump 32."""
    return nn.Sequential(
        *(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(inplace=True)),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2)),
    )


def vgg16_features() -> nn.Sequential:
    """Simonyan & Zisserman 2014, configuration D: receptive field 212, jump 32."""
    layers: list[nn.Module] = []
    ins = 3
    for outs in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0):
        if outs == 0:
            layers.append(nn.MaxPool2d(2))
            continue
        layers += [nn.Conv2d(ins, outs, 3, padding=1), nn.ReLU(inplace=True)]
        ins = outs
    return nn.Sequential(*layers)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, ins: int, width: int, stride: int, *, early: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(ins, width, 3, stride, 1, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = _downsample(ins, width, stride)

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, ins: int, width: int, stride: int, *, early: bool) -> None:
        super().__init__()
        first, second = (stride, 1) if early else (1, stride)
        self.conv1 = nn.Conv2d(ins, width, 1, first, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, second, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3, self.relu = nn.BatchNorm2d(4 * width), nn.ReLU(inplace=True)
        self.downsample = _downsample(ins, 4 * width, stride)

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(out)))))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


def _downsample(ins: int, outs: int, stride: int) -> nn.Module | None:
    if stride == 1 and ins == outs:
        return None
    return nn.Sequential(nn.Conv2d(ins, outs, 1, stride, bias=False), nn.BatchNorm2d(outs))


class ResNet(nn.Module):
    def __init__(self, block: type[Any], counts: Sequence[int], *, early: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(64), nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        ins = 64
        for number, count in enumerate(counts):
            blocks: list[nn.Module] = []
            for at in range(count):
                stride = 2 if at == 0 and number > 0 else 1
                blocks.append(block(ins, 64 << number, stride, early=early))
                ins = (64 << number) * block.expansion
            self.add_module(f"layer{number + 1}", nn.Sequential(*blocks))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(ins, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.fc(torch.flatten(self.avgpool(x), 1))


RESNETS: dict[str, tuple[type[nn.Module], tuple[int, ...], bool, int]] = {
    "resnet18": (BasicBlock, (2, 2, 2, 2), False, 435),
    "resnet34": (BasicBlock, (3, 4, 6, 3), False, 899),
    "resnet50": (Bottleneck, (3, 4, 6, 3), False, 427),
    "resnet50 v1": (Bottleneck, (3, 4, 6, 3), True, 483),
    "resnet101": (Bottleneck, (3, 4, 23, 3), False, 971),
    "resnet152": (Bottleneck, (3, 8, 36, 3), False, 1451),
}
"""Block, counts, stride in the first 1 x 1, receptive field of the last block (jump 32)."""


def resnet(name: str = "resnet50") -> ResNet:
    """He et al. 2015; with the stride in the 3 x 3 as torchvision has it, or in the first 1 x 1."""
    block, counts, early, _ = RESNETS[name]
    return ResNet(block, counts, early=early)


# Every way of wiring, small.


class Branches(nn.Module):
    """Inception: 1 x 1, 3 x 3, 5 x 5 and a pooling side by side."""

    def __init__(self, ins: int = 3) -> None:
        super().__init__()
        self.one, self.three = nn.Conv2d(ins, 4, 1), nn.Conv2d(ins, 4, 3, padding=1)
        self.five, self.pooled = nn.Conv2d(ins, 4, 5, padding=2), nn.Conv2d(ins, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.pooled(F.max_pool2d(x, 3, 1, 1))
        return torch.cat([self.one(x), self.three(x), self.five(x), pooled], 1)


class Dense(nn.Module):
    """DenseNet: every layer reads all before it."""

    def __init__(self, ins: int = 3, growth: int = 4, layers: int = 3) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(
                nn.BatchNorm2d(ins + at * growth),
                nn.ReLU(),
                nn.Conv2d(ins + at * growth, growth, 3, padding=1),
            )
            for at in range(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        found = [x]
        for layer in self.layers:
            found.append(layer(torch.cat(found, 1)))
        return torch.cat(found, 1)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int = 4) -> None:
        super().__init__()
        self.before = nn.Conv2d(3, channels, 3, 2, 1)
        self.down, self.up = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.before(x)
        return x * torch.sigmoid(self.up(F.relu(self.down(x.mean((2, 3), keepdim=True)))))


class PatchTransformer(nn.Module):
    """ViT: patches, a class token, positions, attention, a head on the class token."""

    def __init__(self, size: int = 16, patch: int = 4, width: int = 8, classes: int = 3) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.places = nn.Parameter(torch.zeros(1, 1 + (size // patch) ** 2, width))
        self.norm = nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mha = nn.MultiheadAttention(width, 2, batch_first=True)
        self.head = nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1) + self.places
        batch, count, width = x.shape
        qkv = self.qkv(self.norm(x)).reshape(batch, count, 3, 2, width // 2).permute(2, 0, 3, 1, 4)
        query, key, value = qkv.unbind(0)
        attended = F.scaled_dot_product_attention(query, key, value)
        x = x + self.out(attended.transpose(1, 2).reshape(batch, count, width))
        x = x + self.mha(x, x, x, need_weights=False)[0]
        return self.head(x[:, 0])


class Windows(nn.Module):
    """Swin: products within windows of 4 x 4 places only."""

    def __init__(self, window: int = 4) -> None:
        super().__init__()
        self.window, self.patches = window, nn.Conv2d(3, 4, 2, 2)
        self.mix = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patches(x).permute(0, 2, 3, 1)
        n, h, w, c = x.shape
        s = self.window
        parts = x.view(n, h // s, s, w // s, s, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, s * s, c)
        parts = self.mix(torch.softmax(parts @ parts.transpose(1, 2), -1) @ parts)
        parts = parts.view(n, h // s, w // s, s, s, c).permute(0, 1, 3, 2, 4, 5)
        return parts.reshape(n, h, w, c).permute(0, 3, 1, 2)


class Shuffle(nn.Module):
    """Sub-pixel upscaling and its inverse, and mixed channels."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.last(F.pixel_shuffle(F.channel_shuffle(self.first(x), 2), 2))
        return F.pixel_unshuffle(x, 2)


class Ring(nn.Module):
    """Circular padding."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular")
        self.conv2 = nn.Conv2d(4, 4, 3, 2, padding=1, padding_mode="reflect")

    def forward(self, x: Tensor) -> Tensor:
        return self.conv2(F.relu(self.conv1(x)))


class UNet(nn.Module):
    """Down and up again: pooling, transposed convolution, interpolation, skip connections."""

    def __init__(self, width: int = 4) -> None:
        super().__init__()
        self.enter = conv_block(3, width)
        self.down1, self.down2 = conv_block(width, width), conv_block(width, width)
        self.up = nn.ConvTranspose2d(width, width, 2, 2)
        self.mid, self.leave = conv_block(2 * width, width), conv_block(2 * width, width)
        self.head = nn.Conv2d(width, 1, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        first = self.enter(x)
        second = self.down1(F.max_pool2d(first, 2))
        third = self.down2(F.max_pool2d(second, 2))
        mid = self.mid(torch.cat([second, self.up(third)], 1))
        up = F.interpolate(mid, scale_factor=2, mode="bilinear", align_corners=False)
        return {"mask": self.head(self.leave(torch.cat([first, up], 1))), "deep": third}


class Reuse(nn.Module):
    """One layer three times, weights of another tied to a third."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.same = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 3, padding=1)
        self.twin = nn.Conv2d(4, 4, 3, padding=1)
        self.twin.weight = self.same.weight

    def forward(self, x: Tensor) -> Tensor:
        x = self.enter(x)
        for _ in range(3):
            x = F.relu(self.same(x))
        return self.twin(x)


class Functions(nn.Module):
    """Not a single module for an operation."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel1 = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.kernel2 = nn.Parameter(torch.randn(4, 4, 3, 3))
        self.scale = nn.Parameter(torch.ones(4, 1, 1), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.conv2d(x, self.kernel1, stride=2, padding=1)
        x = (x.clamp(min=0) * self.scale).contiguous()
        y = F.conv2d(x, self.kernel2, padding=2, dilation=2)
        y.add_(x)
        return y[:, :, 1:, :].relu_()


class Pairs(nn.Module):
    """Several inputs, nested outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.fc = nn.Linear(2, 4)

    def forward(self, images: Tensor, *, facts: Tensor) -> dict[str, Any]:
        maps = self.conv(images)
        mixed = maps + self.fc(facts)[:, :, None, None]
        return {"maps": maps, "both": (mixed, [mixed.amax((2, 3))])}


class MixedJumps(nn.Module):
    """Branches whose fields move at different speeds are added."""

    def __init__(self) -> None:
        super().__init__()
        self.full, self.halved = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 3, 2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.full(x[:, :, :8, :8]) + self.halved(x)


@dataclass(frozen=True)
class Known:
    """A net, its input, and what the last map sees where all places are alike."""

    make: Callable[[], nn.Module]
    given: Any
    size: int | None = None
    jump: float | None = None
    status: str = "exact"


TWO_INPUTS = {"images": torch.rand(2, 3, 8, 8), "facts": torch.rand(2, 2)}

NETS: dict[str, Known] = {
    "branches": Known(Branches, (3, 16, 16), 5, 1),
    "dense": Known(Dense, (3, 16, 16), 7, 1),
    "squeeze and excite": Known(SqueezeExcite, (3, 16, 16), 16, None, "whole input"),
    "transformer": Known(PatchTransformer, (3, 16, 16), 16, None, "whole input"),
    "windows": Known(Windows, (3, 16, 16), 8, None),
    "shuffle": Known(Shuffle, (3, 16, 16), 5, 1),
    "ring": Known(Ring, (3, 16, 16), 5, 2),
    "u-net": Known(UNet, (3, 32, 32), 26, 1),
    "reuse": Known(Reuse, (3, 16, 16), 9, 1),
    "functions": Known(Functions, (3, 16, 16), 11, 2),
    "pairs": Known(Pairs, TWO_INPUTS, 8, None, "whole input"),
    "mixed jumps": Known(MixedJumps, (3, 16, 16), 10, None, "upper bound"),
}
