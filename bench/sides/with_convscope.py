"""The chapter's session with convscope, from files to an accuracy, timed inside one process.

Usage: with_convscope.py FOLDER TRAIN VALID BATCH RATE EPOCHS NET NORM SEED [again]
0 epochs: only the first batch; again: time a second fit.
"""

import json
import sys
import time

import torch

from convscope.data import (
    CategoryBlock,
    DataBlock,
    GrandparentSplitter,
    ImageBlock,
    Normalize,
    PILImageBW,
    first,
    get_image_files,
    parent_label,
)
from convscope.models import build
from convscope.train import Learner, accuracy

folder, train, valid, batch, rate, epochs, net, norm, seed, *again = sys.argv[1:]
start = time.perf_counter()
dls = DataBlock(
    blocks=(ImageBlock(cls=PILImageBW), CategoryBlock),
    get_items=get_image_files,
    splitter=GrandparentSplitter(train, valid),
    get_y=parent_label,
    batch_tfms=Normalize(),
).dataloaders(folder, bs=int(batch), device="cpu")
first(dls.train)
answer = {"first_batch_seconds": time.perf_counter() - start}
if int(epochs):
    torch.manual_seed(int(seed))
    model = build(net, size=28, channels=1, classes=dls.c, norm=None if norm == "none" else norm)
    learn = Learner(dls, model, metrics=accuracy)
    if again:  # the first fit pays for what PyTorch loads once a process
        learn.fit_one_cycle(int(epochs), float(rate))
    start = time.perf_counter()
    learn.fit_one_cycle(int(epochs), float(rate))
    answer["fit_seconds"] = time.perf_counter() - start
    answer["accuracy"] = learn.recorder.values[-1][-1]
print("\n" + json.dumps(answer))
