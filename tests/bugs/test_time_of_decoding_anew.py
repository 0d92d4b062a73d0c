"""The time announced left out decoding, which is most of it where pictures are streamed."""

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from convscope.pictures import streaming
from convscope.recipes.estimate import estimated_seconds
from convscope.recipes.preparing import prepare
from convscope.runs import TrainSettings


def test_decoding_in_every_epoch_counts(
    picture_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = TrainSettings(epochs=3, arch="simple_net", cache_limit="1kB")
    ready = prepare(picture_folder, asked, Console(quiet=True))
    slowly = streaming.picture_again

    def slower(*words: object) -> NDArray[np.uint8]:
        time.sleep(0.02)
        return slowly(*words)  # pyright: ignore[reportArgumentType] - as it was called

    monkeypatch.setattr(streaming, "picture_again", slower)
    monkeypatch.setattr(streaming, "processors", lambda: 2)
    assert estimated_seconds(ready) > 3 * 60 * 0.02 / 2


def test_what_lies_decoded_takes_none(picture_folder: Path) -> None:
    asked = TrainSettings(epochs=3, arch="simple_net")
    ready = prepare(picture_folder, asked, Console(quiet=True))
    assert ready.dls.train.decoding_seconds() == 0
