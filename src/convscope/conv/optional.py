"""The one place of this room that wakes scipy, and only when a sparse matrix is asked for."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convscope.errors import ConfigError, account


def compressed_rows(
    values: NDArray[np.float64],
    columns: NDArray[np.int32],
    starts: NDArray[np.signedinteger[Any]],
    shape: tuple[int, int],
) -> Any:  # noqa: ANN401 - scipy's own type, which is not there until it is asked for
    """Make a sparse matrix of scipy.

    Args:
        values: the entries that are not fixed zeros, row by row.
        columns: the column of each.
        starts: where each row begins, and at last where they all end.
        shape: rows and columns.

    Returns:
        A `scipy.sparse.csr_array`.

    Raises:
        ConfigError: scipy is not installed.
    """
    try:
        from scipy.sparse import csr_array
    except ImportError as error:
        message = account(
            "no sparse matrix without scipy",
            facts={"missing": error.name},
            because="it is not installed beside convscope",
            fix='pip install "convscope[sparse]", or .dense()',
        )
        raise ConfigError(message) from error
    return csr_array((values, columns, starts), shape=shape)
