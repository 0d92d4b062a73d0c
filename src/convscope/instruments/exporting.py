"""Hand records to other tools."""

from contextlib import closing
from math import ceil
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


def export_tensorboard(
    record: Activations, folder: Path, *, bins: int = 60, records: int | None = None
) -> None:
    """Write every layer's numbers and histograms as TensorBoard reads them.

    Histograms keep all finite values: what lies outside the bins is in the first and last one.

    Args:
        record: of a run or a `watch`.
        folder: gets an event file.
        bins: of each histogram, spaced as asinh is.
        records: at most so many steps of each layer, evenly, the last among them; else all.
    """
    with closing(EventFile(folder)) as file:
        for name in record.layers():
            history = record.history(name)
            stride = max(1, ceil(len(history) / (records or len(history) or 1)))
            chosen = range((len(history) - 1) % stride, len(history), stride)
            for title, column in _SCALARS.items():
                values = getattr(history, column)
                for index in chosen:
                    file.scalar(f"{name}/{title}", float(values[index]), int(history.steps[index]))
            grid = record.grid(name, symlog=True, bins=bins, columns=len(history))
            counts = grid.counts.copy()
            counts[:, 0] += grid.below
            counts[:, -1] += grid.above
            finites = history.counts - history.nan_counts - history.inf_counts
            for index in chosen:
                finite = float(finites[index])
                if not finite:
                    continue
                mean, std = history.means[index], np.nan_to_num(history.stds[index])
                file.histogram(
                    f"{name}/outputs",
                    int(history.steps[index]),
                    min=history.minima[index],
                    max=history.maxima[index],
                    num=finite,
                    sum=mean * finite,
                    sum_squares=std**2 * (finite - 1) + mean**2 * finite,
                    bucket_limits=grid.edges[1:].tolist(),
                    bucket_counts=counts[index].tolist(),
                )
