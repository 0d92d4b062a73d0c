"""Make `src/convscope/pictures/photograph.png`: a free colour photograph, small.

    python scripts/make_photograph.py

It is taken from the wheel of scikit-image on the package index (without its dependencies).
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).parents[1] / "src" / "convscope" / "pictures" / "photograph.png"
PICTURE = "skimage/data/coffee.png"
SIZE = 192, 128  # of 600 x 400 px: the same shape, and small enough for a package


def main() -> None:
    """Download, shrink, write."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*pip, "scikit-image==0.25.2"], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            picture = Image.open(io.BytesIO(wheel.read(PICTURE))).convert("RGB")
    picture.resize(SIZE, Image.Resampling.LANCZOS).save(TARGET, "PNG", optimize=True)


if __name__ == "__main__":
    main()
