"""Kernels that people made by hand, each with what it answers to and where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, exp, pi, radians, sin

from convscope.errors import ConfigError, ShapeError, account, nearest
from convscope.words import label

Matrix = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Kernel:
    """A hand-made kernel.

    Attributes:
        name: as in `KERNELS`.
        matrix: its rows, top first; what lies under it is multiplied by it, unturned.
        source: who made it, or where it is described.
    """

    name: str
    matrix: Matrix
    source: str

    @property
    def answers_to(self) -> str:
        """What makes its answer large, in the reader's language."""
        return label(f"kernel_{self.name}")

    def __str__(self) -> str:
        cells = [[f"{value:.4g}" for value in row] for row in self.matrix]
        width = max(len(cell) for row in cells for cell in row)
        return "\n".join("  ".join(cell.rjust(width) for cell in row) for row in cells)


def kernel(name: str) -> Kernel:
    """Look a kernel up.

    Args:
        name: as in `KERNELS`.

    Returns:
        The kernel.

    Raises:
        ConfigError: there is none of that name; the message names the nearest.

    Example:
        >>> print(kernel("sobel_x"))
        -1   0   1
        -2   0   2
        -1   0   1
    """
    if name not in KERNELS:
        message = account(
            f"no kernel {name!r}",
            facts={"known": ", ".join(KERNELS)},
            because="every kernel made by hand has a fixed name",
            fix=nearest(name, list(KERNELS)),
        )
        raise ConfigError(message)
    return KERNELS[name]


def box_blur(size: int = 3) -> Kernel:
    """Make the mean of a square.

    Args:
        size: rows and columns, at least 1.

    Returns:
        The kernel; its weights sum to 1.

    Raises:
        ShapeError: the size is below 1.

    Example:
        >>> box_blur(2).matrix
        ((0.25, 0.25), (0.25, 0.25))
    """
    _check(size)
    return Kernel("box_blur", ((1 / size**2,) * size,) * size, "the moving average")


def gaussian_blur(size: int = 3, sigma: float | None = None) -> Kernel:
    """Make a blur whose weights fall off like a bell.

        exp(-(x**2 + y**2) / (2 * sigma**2)), divided by the sum

    Args:
        size: rows and columns, at least 1.
        sigma: deviation of the bell in pixels, above 0; by default 0.15 * (size - 3) + 0.8.

    Returns:
        The kernel; its weights sum to 1.

    Raises:
        ShapeError: the size or sigma is too small.

    Example:
        >>> round(gaussian_blur(3, 1.0).matrix[1][1], 4)
        0.2042

    Source:
        The default deviation is that of OpenCV's getGaussianKernel.
    """
    sigma = 0.15 * (size - 3) + 0.8 if sigma is None else sigma
    _check(size, sigma=sigma)
    bell = [exp(-(place**2) / (2 * sigma**2)) for place in _places(size)]
    total = sum(bell) ** 2
    return Kernel(
        "gaussian_blur",
        tuple(tuple(down * across / total for across in bell) for down in bell),
        "Gauss's bell; Marr & Hildreth, Theory of edge detection (1980)",
    )


def gabor(
    size: int = 7,
    *,
    wavelength: float = 4.0,
    angle: float = 0.0,
    phase: float = 0.0,
    sigma: float = 2.0,
    aspect: float = 0.5,
) -> Kernel:
    """Make a wave under a bell: a grating of one width and one direction.

        exp(-(u**2 + (aspect * v)**2) / (2 * sigma**2)) * cos(2 * pi * u / wavelength + phase)

    where u runs along the wave and v across it.

    Args:
        size: rows and columns, at least 1.
        wavelength: pixels from one stripe to the next, above 0.
        angle: direction of u in degrees: 0 for a wave that runs to the right (upright stripes),
            90 for one that runs down.
        phase: degrees; 0 for a bright stripe in the middle, 90 for an edge.
        sigma: deviation of the bell in pixels, above 0.
        aspect: 1 for a round bell, below 1 for one that is longer across the wave.

    Returns:
        The kernel.

    Raises:
        ShapeError: the size, the wavelength or sigma is too small.

    Example:
        >>> [round(value, 2) for value in gabor(5).matrix[2]]
        [-0.61, 0.0, 1.0, 0.0, -0.61]

    Source:
        Daugman, "Uncertainty relation for resolution in space, spatial frequency, and orientation
        optimized by two-dimensional visual cortical filters" (1985).
    """
    _check(size, wavelength=wavelength, sigma=sigma)
    along, across = cos(radians(angle)), sin(radians(angle))

    def weight(x: float, y: float) -> float:
        u, v = x * along + y * across, y * along - x * across
        bell = exp(-(u**2 + (aspect * v) ** 2) / (2 * sigma**2))
        wave = cos(2 * pi * u / wavelength + radians(phase))
        return round(bell * wave, 12) + 0.0  # cosines of right angles are not quite 0

    places = _places(size)
    rows = tuple(tuple(weight(x, y) for x in places) for y in places)
    return Kernel("gabor", rows, "Gabor (1946); in two dimensions Daugman (1985)")


def _places(size: int) -> list[float]:
    return [index - (size - 1) / 2 for index in range(size)]


def _check(size: int, **lengths: float) -> None:
    low = {"size": size} if size < 1 else {k: v for k, v in lengths.items() if not v > 0}
    for name, value in low.items():
        message = account(
            "no kernel can be made so",
            facts={name: value},
            because="it is a length in pixels",
            fix=f"{name} of 1 or more" if name == "size" else f"{name} above 0",
        )
        raise ShapeError(message)


_CHAPTER = "Howard & Gugger, Deep Learning for Coders, chapter 13"
_PREWITT = "Prewitt, Object enhancement and extraction (1970)"
_SOBEL = "Sobel & Feldman (1968), in Duda & Hart, Pattern Classification (1973)"
_SCHARR = "Scharr, Optimale Operatoren in der digitalen Bildverarbeitung (2000)"
_EDITORS = "image editors; Powell, Image Kernels (setosa.io)"
_SCREENS: Sequence[tuple[str, Sequence[Sequence[float]], str]] = (
    ("top_edge", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], _CHAPTER),
    ("left_edge", [[-1, 1, 0], [-1, 1, 0], [-1, 1, 0]], _CHAPTER),
    ("diag1_edge", [[0, -1, 1], [-1, 1, 0], [1, 0, 0]], _CHAPTER),
    ("diag2_edge", [[1, -1, 0], [0, 1, -1], [0, 0, 1]], _CHAPTER),
    ("identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "the neutral element of convolution"),
    ("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], _EDITORS),
    ("outline", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], _EDITORS),
    ("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], _EDITORS),
    ("sobel_x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], _SOBEL),
    ("sobel_y", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], _SOBEL),
    ("prewitt_x", [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], _PREWITT),
    ("prewitt_y", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], _PREWITT),
    ("scharr_x", [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]], _SCHARR),
    ("scharr_y", [[-3, -10, -3], [0, 0, 0], [3, 10, 3]], _SCHARR),
    ("laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "the second derivative, by differences"),
)

KERNELS: dict[str, Kernel] = {
    name: Kernel(name, tuple(tuple(float(value) for value in row) for row in rows), source)
    for name, rows, source in _SCREENS
} | {one.name: one for one in (box_blur(), gaussian_blur(), gabor())}
"""Every kernel that has a name."""
