"""`from convscope.all import *` gives what the chapter uses, and nothing that it defines."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

import convscope.all as chapter
from convscope.all.optional import Missing
from convscope.errors import ConfigError

USED = [
    "torch",
    "nn",
    "F",
    "np",
    "pd",
    "plt",
    "Image",
    "Path",
    "tensor",
    "show_image",
    "subplots",
    "image2tensor",
    "untar_data",
    "URLs",
    "DataBlock",
    "ImageBlock",
    "CategoryBlock",
    "PILImage",
    "PILImageBW",
    "GrandparentSplitter",
    "RandomSplitter",
    "Resize",
    "get_image_files",
    "parent_label",
    "first",
    "to_cpu",
    "sequential",
    "Flatten",
    "Learner",
    "accuracy",
    "Normalize",
    "ActivationStats",
]
DEFINED = [
    "conv",
    "simple_net",
    "simple_cnn",
    "broken_cnn",
    "apply_kernel",
    "top_edge",
    "left_edge",
    "diag1_edge",
    "diag2_edge",
    "edge_kernels",
    "get_dls",
    "fit",
    "path",
    "im3",
    "im3_t",
    "df",
    "rng",
    "xb",
    "yb",
    "dls",
    "mnist",
    "learn",
    "bs",
    "m",
    "im",
]


def test_every_name_that_the_chapter_uses_is_there() -> None:
    assert set(USED) <= set(chapter.__all__)
    assert all(hasattr(chapter, name) for name in chapter.__all__)


def test_no_name_that_the_chapter_defines_is_overwritten() -> None:
    assert set(DEFINED).isdisjoint(chapter.__all__)


def test_tensor_of_a_picture_is_its_pixels() -> None:
    picture = Image.fromarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    found = chapter.tensor(picture)
    assert found.dtype == torch.uint8
    assert found.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_tensor_of_a_tensor_is_itself() -> None:
    given = torch.ones(2)
    assert chapter.tensor(given) is given
    assert chapter.tensor(given, dtype=torch.int64).dtype == torch.int64


def test_tensor_of_lists_of_tensors() -> None:
    """The chapter makes a map out of nested lists of sums, each of them a tensor."""
    rows = [[torch.tensor(1.0), torch.tensor(2.0)], [torch.tensor(3.0), torch.tensor(4.0)]]
    assert chapter.tensor(rows).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(("mode", "shape"), [("L", (1, 2, 3)), ("RGB", (3, 2, 3))])
def test_image2tensor_puts_channels_first(mode: str, shape: tuple[int, ...]) -> None:
    assert chapter.image2tensor(Image.new(mode, (3, 2))).shape == shape


@pytest.mark.parametrize(
    ("rows", "columns", "shape"), [(1, 1, (1,)), (1, 3, (3,)), (2, 1, (2,)), (2, 3, (2, 3))]
)
def test_subplots(rows: int, columns: int, shape: tuple[int, ...]) -> None:
    figure, axes = chapter.subplots(rows, columns)
    assert axes.shape == shape
    assert tuple(figure.get_size_inches()) == (3 * columns, 3 * rows)
    chapter.plt.close(figure)


def test_a_missing_pandas_says_what_to_install_when_it_is_used() -> None:
    missing = Missing("pandas", extra="pandas")
    with pytest.raises(ConfigError, match=r'pip install "convscope\[pandas\]"'):
        _ = missing.DataFrame


@pytest.mark.slow
def test_without_pandas_everything_else_is_there() -> None:
    script = (
        "import sys; sys.modules['pandas'] = None\n"
        "from convscope.all import *\n"
        "print(tensor([1.5]).sum().item())\n"
        "try: pd.DataFrame\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["1.5", "ConfigError"]
