"""Pictures to judge by that were learnt by heart."""

import numpy as np
from jaxtyping import UInt8

from convscope.data.selection import Selection
from convscope.tables import one_line


def leaks(chosen: Selection, looks: UInt8[np.ndarray, "files 16"]) -> list[str]:
    """Find the pictures to validate or to test with that are pictures to train with, too.

    Args:
        chosen: files and sides.
        looks: the hash of each picture's pixels, as they are decoded: equal for copies of a file,
            whatever they are called and however they are compressed without loss.

    Returns:
        A sentence for each side that has such pictures.
    """
    trained = {looks[row].tobytes(): row for row in chosen.train}
    said: list[str] = []
    for rows, purpose in ((chosen.valid, "validate"), (chosen.test, "test")):
        pairs = [
            (row, twin) for row in rows if (twin := trained.get(looks[row].tobytes())) is not None
        ]
        if pairs:
            first, twin = (one_line(str(chosen.files[index])) for index in pairs[0])
            said.append(
                f"{len(pairs):,} of {len(rows):,} pictures to {purpose} with are among those to "
                f"train with (the first: {first} is {twin}), "
                "so the result looks better than it is"
            )
    return said
