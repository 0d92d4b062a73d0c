"""Add up what several processes counted at the same step."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def added(columns: Floats) -> Floats:
    """Add up the rows of each step.

    Args:
        columns: of shape (11, rows): step, amount, nans, infs, near, zeros, blocked, mean, m2, low,
            high; counts are whole numbers below 2 ** 53.

    Returns:
        The same with one row a step, steps rising.

    Source:
        Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm" (1979).
    """
    steps, place = np.unique(columns[0], return_inverse=True)
    if len(steps) == columns.shape[1]:
        return columns[:, np.argsort(columns[0])]
    result = np.zeros((11, len(steps)))
    result[0] = steps
    for row in range(1, 7):
        np.add.at(result[row], place, columns[row])
    finite = columns[1] - columns[2] - columns[3]
    means, squares = np.zeros(len(steps)), np.zeros(len(steps))
    np.add.at(means, place, finite * columns[7])
    means /= np.maximum(result[1] - result[2] - result[3], 1)
    np.add.at(squares, place, columns[8] + finite * (columns[7] - means[place]) ** 2)
    result[7:] = means, squares, np.full(len(steps), np.inf), np.full(len(steps), -np.inf)
    np.minimum.at(result[9], place, columns[9])
    np.maximum.at(result[10], place, columns[10])
    return result
