"""Write what the recorder keeps into the run's folder, while training goes on."""

from bisect import bisect_right
from collections.abc import Generator
from contextlib import contextmanager

from convscope.runs import EpochRow, Results, RunFolder, Store, lasting_store
from convscope.train import Callback, Recorder, Training


class RunLog(Callback):
    """Keep results.csv and the store of steps up to date.

    Args:
        run: whose folder is written.
        recorder: what is written: `learn.recorder`.
    """

    order = 55  # after the recorder, before the checkpoint

    def __init__(self, run: RunFolder, recorder: Recorder) -> None:
        self.run, self.recorder = run, recorder

    @contextmanager
    def attached(self, training: Training) -> Generator[None]:
        """Hold the store open while the fit runs."""
        self._results = Results(self.run.results, self.recorder.metric_names)
        with lasting_store(Store, self.run.steps) as self._store:
            yield

    def before_fit(self, training: Training) -> None:
        """Make the files agree with what the fit starts from: a checkpoint, or nothing.

        Nothing may be in files that hold something: a run killed before its first checkpoint.
        """
        done = len(self.recorder.raw_losses)
        self._store.drop_after(done - 1)
        for step in range(done):  # a killed process may not have written its last ones
            self._add(step, bisect_right(self.recorder.epoch_ends, step))
        epochs = len(self.recorder.values)
        self._results.drop_after(-1)
        for epoch in range(epochs):
            self._results.append(self._row(epoch))

    def after_batch(self, training: Training) -> None:
        """Add the step."""
        self._add(len(self.recorder.raw_losses) - 1, training.epoch)

    def after_epoch(self, training: Training) -> None:
        """Add the epoch."""
        self._store.flush()
        self._results.append(self._row(training.epoch))

    def _add(self, step: int, epoch: int) -> None:
        self._store.add(
            step,
            epoch=epoch,
            loss=self.recorder.raw_losses[step],
            lr=self.recorder.lrs[step],
            momentum=self.recorder.moms[step],
        )

    def _row(self, epoch: int) -> EpochRow:
        return epoch_row(self.recorder, epoch)


def epoch_row(recorder: Recorder, epoch: int) -> EpochRow:
    """Make the record of one epoch from what the recorder keeps.

    Returns:
        Losses, metrics by name, seconds.
    """
    train_loss, valid_loss, *metrics = recorder.values[epoch]
    named = dict(zip(recorder.metric_names, metrics, strict=True))
    return EpochRow(epoch, train_loss, valid_loss, named, recorder.seconds[epoch])
