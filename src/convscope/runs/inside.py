"""Records that are kept on request: channels, normalisation, gradients, kernels; as plain arrays.

`instruments` fills them and `figures` draws them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ChannelHistory:
    """How often each channel of one layer fires, epoch by epoch.

    A channel fires at a place of a picture where its output is above 0. One that never fires in a
    whole epoch (of validation pictures, or of all recorded steps) is *dead*; one that fires seldom
    is *sparse*.

    Attributes:
        name: the layer's path in the model.
        is_activated: whether the output of the activation that follows was counted, not the
            layer's own.
        epochs: the epochs, counted from 0, rising, of shape (epochs,).
        fired_shares: share of the places of all pictures, 0..1, of shape (epochs, channels).
        picture_shares: share of pictures with such a place, 0..1, likewise; at least as large.
    """

    name: str
    is_activated: bool
    epochs: Counts
    fired_shares: Floats
    picture_shares: Floats


@dataclass(frozen=True, slots=True, eq=False)
class NormHistory:
    """What one BatchNorm layer did; every array but `steps` is of shape (steps, channels).

    Attributes:
        name: the layer's path in the model.
        steps: step numbers over the whole run, from 0, rising.
        batch_means: mean of each batch, with which it was normalised in training.
        batch_stds: its standard deviation, likewise.
        running_means: the running average, with which validation normalises.
        running_stds: root of the running variance, likewise.
        gammas: the trainable factor.
        betas: the trainable summand.
    """

    name: str
    steps: Counts
    batch_means: Floats
    batch_stds: Floats
    running_means: Floats
    running_stds: Floats
    gammas: Floats
    betas: Floats

    def gaps(self) -> Floats:
        """Compute how far the outputs of training and eval mode lie apart, on the same batch.

        Returns:
            Root mean square of the difference, before gamma and beta, of shape (steps, channels):
            0 where both modes give the same, 1 where it is as large as the channel's own spread.

        Example:
            >>> one = np.ones((1, 2))
            >>> means = np.array([[0.0, 3.0]])
            >>> seen = NormHistory("1", np.arange(1), means, one * 2, one * 0, one, one, one)
            >>> seen.gaps().round(3).tolist()  # twice as wide; and 3 beside it, too
            [[1.0, 3.162]]
        """
        # (x - running mean) / running std, where x = batch mean + z * batch std and z is standard
        with np.errstate(divide="ignore", invalid="ignore"):
            shifts = (self.batch_means - self.running_means) / self.running_stds
            return np.hypot(shifts, self.batch_stds / self.running_stds - 1)


@dataclass(frozen=True, slots=True, eq=False)
class GradientHistory:
    """How much reached each layer, and how much it moved, first layer first.

    Attributes:
        names: the layers' paths in the model, or those of weights not called `weight`.
        steps: step numbers over the whole run, from 0, rising.
        norms: norm of the gradient of each layer's weights, of shape (layers, steps).
        update_ratios: norm of the step's change over the norm of the weights, of that shape; NaN
            where it was not measured.
    """

    names: tuple[str, ...]
    steps: Counts
    norms: Floats
    update_ratios: Floats


@dataclass(frozen=True, slots=True, eq=False)
class KernelHistory:
    """The kernels of one convolution at some steps.

    Attributes:
        name: the layer's path in the model.
        steps: step numbers over the whole run, from 0, rising.
        kernels: of shape (steps, out, in, rows, columns).
    """

    name: str
    steps: Counts
    kernels: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PictureInBatches:
    """What becomes of one picture in different batches: one channel of one layer's output.

    Attributes:
        name: the layer's path in the model.
        channel: which channel.
        maps: the picture's map in each batch, as in training, of shape (batches, rows, columns).
        alone: its map as in validation, which no other picture changes, of shape (rows, columns).
    """

    name: str
    channel: int
    maps: Floats
    alone: Floats
