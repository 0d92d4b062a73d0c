"""The training loop, on one screen."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import torch

from convscope.train.callbacks import Callbacks, Interrupted, SkipStep, StopEpoch, StopFit
from convscope.train.metrics import Score
from convscope.train.outputs import logits_of
from convscope.train.state import Batch, Training


def fit(training: Training, callbacks: Callbacks, scores: Sequence[Score]) -> None:
    """Learn until `n_epoch` epochs are done, beginning at `epoch` and `batches_done`.

    Whatever the callbacks hold is let go when this ends: after the last epoch, a `StopFit`, an
    exception, Ctrl-C.

    Args:
        training: what is trained; its position says where to begin (a resumed fit mid-epoch).
        callbacks: who is called at the moments.
        scores: what validation adds up, the loss first.
    """
    with callbacks.attached(training):
        try:
            callbacks("before_fit", training)
            while training.epoch < training.n_epoch:
                _learn_one_epoch(training, callbacks)
                _judge(training, callbacks, scores)
                training.epoch_ended = True
                callbacks("after_epoch", training)
                training.epoch, training.batches_done = training.epoch + 1, 0
        except StopFit as stop:
            training.stopped = str(stop) or "a callback stopped it"
            training.interrupted = isinstance(stop, Interrupted)
        callbacks("after_fit", training)


def _learn_one_epoch(training: Training, callbacks: Callbacks) -> None:
    training.model.train()
    training.epoch_ended = False
    if training.batches_done == 0:
        training.epoch_rng = torch.get_rng_state()
    callbacks("before_epoch", training)
    with suppress(StopEpoch):
        for images, labels in _ordered(training):
            _learn_from(training, callbacks, images, labels)


def _ordered(training: Training) -> Iterator[Batch]:
    """The batches that are left of this epoch.

    A loader with `epoch_batches` makes them from (seed, epoch, step) alone. Any other is asked
    for a new iterator; in a resumed epoch it starts from the random state that the epoch began
    with, and the batches that were learnt from are passed over.

    Returns:
        An iterator over (images, labels).
    """
    epoch = training.epochs_before + training.epoch
    epoch_batches = getattr(training.dls.train, "epoch_batches", None)
    if epoch_batches is not None:
        return epoch_batches(training.seed, epoch, training.batches_done)
    if training.batches_done == 0:
        return iter(training.dls.train)
    now = torch.get_rng_state()
    torch.set_rng_state(training.epoch_rng)
    batches = iter(training.dls.train)
    for _ in range(training.batches_done):
        next(batches)
    torch.set_rng_state(now)
    return batches


def _learn_from(
    training: Training, callbacks: Callbacks, images: torch.Tensor, labels: torch.Tensor
) -> None:
    training.images = images.to(training.device, non_blocking=True)
    training.labels = labels.to(training.device, non_blocking=True)
    callbacks("before_batch", training)
    training.logits = training.model(training.images)
    callbacks("after_pred", training)
    training.loss = training.loss_func(training.logits, training.labels)
    callbacks("after_loss", training)
    training.loss.backward()
    with suppress(SkipStep):
        callbacks("before_step", training)
        training.opt.step()
        callbacks("after_step", training)
        training.opt.zero_grad()
    training.batches_done += 1
    callbacks("after_batch", training)


def _judge(training: Training, callbacks: Callbacks, scores: Sequence[Score]) -> None:
    callbacks("before_validate", training)
    judged = judge(training, training.dls.valid, scores)
    for _ in judged:
        callbacks("after_valid_batch", training)
    training.valid_scores = [score.value() for score in scores]


def judge(training: Training, batches: Iterable[Batch], scores: Sequence[Score]) -> Iterator[Batch]:
    """Show the model `batches` in eval mode and add up the scores.

    Args:
        training: the model and the objective.
        batches: what to judge on.
        scores: added up batch by batch, from nothing; the first, the loss, sees the whole output.

    Yields:
        (logits, labels) of each batch.
    """
    training.model.eval()
    for score in scores:
        score.reset()
    for images, labels in batches:
        labels = labels.to(training.device)
        with torch.no_grad():  # not around the yield: it would reach into the caller
            output = training.model(images.to(training.device))
            logits = logits_of(output)
            for index, score in enumerate(scores):
                score.add(logits if index else output, labels)
        yield logits, labels
