"""How long a training will take, from a few steps that leave no trace."""

import copy
import time

import torch
from torch.nn import functional as F

from convscope.recipes.preparing import Prepared

STEPS = 4  # at most; the first is left out: it pays for what is set up once
ENOUGH_SECONDS = 0.2  # of a slow step one is enough: the estimate must not be waited for
FORWARD_SHARE = 1 / 3  # a forward pass of a forward and a backward one
WATCHED = 1.15  # times a step: what looking inside adds, see bench/instruments.py
VARIED = 1.15  # times a step: what augmentation may add, see bench/augment.py


def estimated_seconds(ready: Prepared) -> float:
    """Estimate the time of the whole fit, validation included.

    The optimiser's own part of a step is left out: with the first one PyTorch loads its compiler,
    which takes longer than all the rest of this.

    Args:
        ready: its network and the random state are left as they are.

    Returns:
        Seconds on this machine as busy as it is now.
    """
    model = copy.deepcopy(ready.model).to(ready.dls.device).train()
    images, labels = ready.dls.one_batch()
    times: list[float] = []
    with torch.random.fork_rng():
        while len(times) < 2 or (len(times) < STEPS and sum(times[1:]) < ENOUGH_SECONDS):
            start = time.perf_counter()
            F.cross_entropy(model(images), labels).backward()
            model.zero_grad()
            times.append(time.perf_counter() - start)
    step = min(times[1:]) * WATCHED * (1 if ready.settings.augment == "none" else VARIED)
    judged = FORWARD_SHARE * ready.dls.valid.n / len(images)
    decoding = ready.dls.train.decoding_seconds() + ready.dls.valid.decoding_seconds()
    return ready.epochs * (step * (len(ready.dls.train) + judged) + decoding)
