"""The chapter's session with fastai, for a Python that has it (not convscope's).

Usage: with_fastai.py FOLDER BATCH RATE NORM [again]; MNIST, the 10-digit net, one epoch.
"""

import json
import sys
import time
from importlib import import_module, metadata

from torch import nn
from torch.nn import functional as F

fastai = import_module("fastai.vision.all")
folder, batch, rate, norm, *again = sys.argv[1:]


def conv(incoming: int, outgoing: int, kernel: int = 3, *, activated: bool = True) -> nn.Module:
    """Make the chapter's convolution: stride 2, then BatchNorm, then ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(incoming, outgoing, kernel, stride=2, padding=kernel // 2),
    ]
    layers += [nn.BatchNorm2d(outgoing)] if norm == "batch" else []
    return nn.Sequential(*layers, *([nn.ReLU()] if activated else []))


net = nn.Sequential(
    *(conv(1, 8, 5), conv(8, 16), conv(16, 32), conv(32, 64), conv(64, 10, activated=False)),
    nn.Flatten(),
)
start = time.perf_counter()
dls = fastai.DataBlock(
    blocks=(fastai.ImageBlock(cls=fastai.PILImageBW), fastai.CategoryBlock),
    get_items=fastai.get_image_files,
    splitter=fastai.GrandparentSplitter("training", "testing"),
    get_y=fastai.parent_label,
    batch_tfms=fastai.Normalize(),
).dataloaders(folder, bs=int(batch), device="cpu")
dls.one_batch()
answer: dict[str, object] = {"first_batch_seconds": time.perf_counter() - start}
learn = fastai.Learner(dls, net, loss_func=F.cross_entropy, metrics=fastai.accuracy)
if again:  # the first fit pays for what PyTorch loads once a process
    learn.fit_one_cycle(1, float(rate))
start = time.perf_counter()
learn.fit_one_cycle(1, float(rate))
answer["fit_seconds"] = time.perf_counter() - start
answer["accuracy"] = float(learn.recorder.values[-1][-1])
answer["versions"] = {name: metadata.version(name) for name in ("fastai", "torch")}
print("\n" + json.dumps(answer))
