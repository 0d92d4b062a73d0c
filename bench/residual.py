"""ResNet-18, as He et al. 2015 have it: 11.7 million weights at 1,000 classes."""

from torch import Tensor, nn


class Block(nn.Module):
    """Two 3 x 3 convolutions, each with BatchNorm, and what came in added to what they give."""

    def __init__(self, ins: int, outs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(ins, outs, 3, stride, 1, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(outs), nn.ReLU(inplace=True)
        self.conv2, self.bn2 = nn.Conv2d(outs, outs, 3, 1, 1, bias=False), nn.BatchNorm2d(outs)
        self.downsample = (
            nn.Identity()
            if stride == 1 and ins == outs
            else nn.Sequential(nn.Conv2d(ins, outs, 1, stride, bias=False), nn.BatchNorm2d(outs))
        )

    def forward(self, images: Tensor) -> Tensor:
        """Give (batch, outs, rows, columns)."""
        found = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(images)))))
        return self.relu(found + self.downsample(images))


def resnet18(classes: int) -> nn.Module:
    """Build it.

    Returns:
        The network, for colour pictures of any size from 32 pixels.
    """
    stem = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
    layers: list[nn.Module] = [stem, nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    ins = 64
    for outs in (64, 128, 256, 512):
        layers += [Block(ins, outs, 1 if ins == outs else 2), Block(outs, outs, 1)]
        ins = outs
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes))
    return nn.Sequential(*layers, *head)
