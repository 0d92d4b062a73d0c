"""Hand records to other tools."""

from contextlib import closing
from pathlib import Path

import numpy as np

from convscope.instruments.events import EventFile
from convscope.runs import Activations

_SCALARS = {
    "mean": "means",
    "std": "stds",
    "near_zero_share": "near_zero_shares",
    "zero_share": "zero_shares",
    "blocked_share": "blocked_shares",
    "nan_count": "nan_counts",
    "inf_count": "inf_counts",
}


def export_tensorboard(record: Activations, folder: Path, *, bins: int = 60) -> None:
    """Write every layer's numbers and histograms as TensorBoard reads them.

    Histograms keep all finite values: what lies outside the bins is in the first and last one.

    Args:
        record: of a run or a `watch`.
        folder: gets an event file.
        bins: of each histogram, spaced as asinh is.
    """
    with closing(EventFile(folder)) as file:
        for name in record.layers():
            history = record.history(name)
            for title, column in _SCALARS.items():
                values = getattr(history, column)
                for step, value in zip(history.steps.tolist(), values.tolist(), strict=True):
                    file.scalar(f"{name}/{title}", value, step)
            grid = record.grid(name, symlog=True, bins=bins, columns=len(history))
            counts = grid.counts.copy()
            counts[:, 0] += grid.below
            counts[:, -1] += grid.above
            finites = history.counts - history.nan_counts - history.inf_counts
            for index, step in enumerate(history.steps.tolist()):
                finite = float(finites[index])
                if not finite:
                    continue
                mean, std = history.means[index], np.nan_to_num(history.stds[index])
                file.histogram(
                    f"{name}/outputs",
                    step,
                    min=history.minima[index],
                    max=history.maxima[index],
                    num=finite,
                    sum=mean * finite,
                    sum_squares=std**2 * (finite - 1) + mean**2 * finite,
                    bucket_limits=grid.edges[1:].tolist(),
                    bucket_counts=counts[index].tolist(),
                )
