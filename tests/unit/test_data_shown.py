"""What people see of their data: the summary, a batch, a bar, and where it is computed."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from PIL import Image

from convscope.data import (
    CategoryBlock,
    DataBlock,
    DataLoaders,
    ImageBlock,
    Normalize,
    PILImageBW,
    StratifiedSplitter,
    chosen_device,
    first,
    to_cpu,
)
from convscope.data.progress import progress_bar
from convscope.errors import ConfigError


class Pair(NamedTuple):
    """A batch with names."""

    images: torch.Tensor
    labels: list[torch.Tensor]


def digits(root: Path) -> DataBlock:
    """Ten pictures, half black and half white, in two classes."""
    for n in range(10):
        folder = root / "37"[n % 2]
        folder.mkdir(exist_ok=True)
        Image.fromarray(np.array([[0] * 5, [255] * 5], np.uint8)).save(folder / f"{n}.png")
    return DataBlock(
        blocks=(ImageBlock(PILImageBW), CategoryBlock),
        splitter=StratifiedSplitter(),
        batch_tfms=Normalize(),
    )


def test_summary_follows_one_item(tmp_path: Path) -> None:
    dls = digits(tmp_path).dataloaders(tmp_path, bs=3, device="cpu")
    assert dls.summary() == (
        "What happens to one item\n"
        f"  file      : {dls.train_files[0]}\n"
        "  label     : '3' is number 0 of 3, 7\n"
        "  decode    : bytes 0..255, grey: (1, 2, 5), its own size\n"
        "  floats    : / 255: 0..1; in this one 0.0000 to 1.0000\n"
        "  normalise : (x - 0.5000) / 0.5000: -1.0000 to 1.0000\n"
        "  batch     : 3 of them: images (3, 1, 2, 5) float32, labels (3,) int64, on cpu\n"
        "  train     : 2 batches an epoch, in a new order each; 2 pictures wait\n"
        "  validate  : 1 batches, always in order, nothing left out"
    )
    assert "4 of them" in digits(tmp_path).summary(tmp_path)


def test_summary_of_colour_arrays_with_many_classes() -> None:
    x, y = torch.zeros(12, 3, 2, 2, dtype=torch.uint8), torch.arange(12)
    vocab = [f"class{n}" for n in range(12)]
    text = DataLoaders.from_arrays(x, y, x, y, vocab=vocab, bs=5, device="cpu").summary()
    assert "file      : an array" in text
    assert "class8, class9 and 2 more" in text
    assert "red, green, blue: (3, 2, 2), the size asked for" in text
    assert "(x - [0.0000, 0.0000, 0.0000]) / [1.0000, 1.0000, 1.0000]" in text


def test_show_batch_draws_pictures_with_their_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    dls = digits(tmp_path).dataloaders(tmp_path, bs=4, device="cpu")
    before = torch.get_rng_state()
    axes = dls.show_batch(max_n=3, figsize=(3, 2))
    labels = dls.one_batch()[1][:3].tolist()
    assert [one.get_title() for one in axes[:3]] == [dls.vocab[label] for label in labels]
    drawn = np.asarray(axes[0].images[0].get_array())
    np.testing.assert_allclose(drawn, np.repeat([[0.0], [1.0]], 5, axis=1), atol=1e-6)
    assert plt.gcf().get_size_inches().tolist() == [3, 2]
    assert torch.equal(torch.get_rng_state(), before)
    plt.close("all")


def test_first_and_to_cpu() -> None:
    assert first(iter("ab")) == "a"
    assert first(()) is None
    pair = Pair(torch.tensor([1.0]), [torch.tensor(3)])
    moved = to_cpu({"batch": pair, "name": "x"})
    assert moved == {"batch": pair, "name": "x"}
    assert isinstance(moved["batch"], Pair)


def test_to_cpu_brings_tensors_from_elsewhere() -> None:
    class Elsewhere(torch.Tensor):
        def cpu(self, *args: object, **kwargs: object) -> torch.Tensor:
            return torch.tensor(7)

    assert to_cpu([(Elsewhere(),)]) == [(torch.tensor(7),)]


def test_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert chosen_device() == chosen_device("auto") == chosen_device("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError) as caught:
        chosen_device("cuda")
    assert str(caught.value) == (
        "cannot compute on 'cuda'\n"
        "  there are : cpu\n"
        "  because   : this machine, or this build of PyTorch, has none\n"
        "  try       : 'cpu' as device, or none for the fastest there is"
    )
    with pytest.raises(ConfigError, match="no device is called so"):
        chosen_device("gpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert chosen_device() == torch.device("cuda")


def test_quick_work_shows_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar("decoding") as report:
        for done in range(10):
            report(done, 10)
    assert capfd.readouterr() == ("", "")


def test_slow_work_shows_a_bar_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar("decoding", patience_seconds=0) as report:
        report(5, 10)
        report(10, 10)
    out, err = capfd.readouterr()
    assert out == ""
    assert "decoding" in err
    assert "100%" in err
