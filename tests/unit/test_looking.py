"""`convscope look` draws what a run recorded, sums it up, and says what to do where it did not."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convscope.cli.main import run as convscope
from convscope.errors import ConfigError
from convscope.recipes import look
from convscope.runs import (
    ChannelHistory,
    ChannelLook,
    Course,
    LayerLook,
    Manifest,
    RunFolder,
    Store,
    Tally,
    TallyStore,
    channel_looks,
    layer_look,
    packed,
    quantities,
)
from convscope.tables import layers_table
from tests.records import history

STEPS = 6


def tally(values: np.ndarray, *, with_hist: bool = True) -> Tally:
    finite = values[np.isfinite(values)]
    counts = np.zeros(4096, np.int64)
    counts[2048] = len(finite)
    hist = packed(counts) if with_hist else (0, None)
    mean = float(finite.mean())
    return Tally(
        amount=len(values),
        nans=int(np.isnan(values).sum()),
        infs=int(np.isinf(values).sum()),
        near=int((np.abs(values) <= 0.05).sum()),
        zeros=int((values == 0).sum()),
        blocked=int((values <= 0).sum()),
        mean=mean,
        m2=float(((finite - mean) ** 2).sum()),
        low=float(finite.min()),
        high=float(finite.max()),
        shift=hist[0],
        histogram=hist[1],
    )


def recorded(run: RunFolder, *, with_hist: bool = True, with_more: bool = False) -> None:
    """Two layers over six steps; the second one, 2, dies at step 3 and breaks at step 4."""
    with TallyStore(run.activations) as store:
        for place, name in enumerate(["0", "2"]):
            series = store.series(name, "Conv2d", quantities.OUTPUT, place)
            for step in range(STEPS):
                values = np.array([-2.0, 0.0, 2.0, 4.0])
                if name == "2" and step >= 3:
                    values = np.array([-1.0, -1.1, -1.2, np.nan if step == 4 else -1.3])
                store.add(series, step, tally(values, with_hist=with_hist))
        if with_more:
            fired = store.series("2", "Conv2d", quantities.FIRED_ACTIVATED, 1)
            store.add_vector(
                fired, 5, np.array([[5, 0, 0, 0], [1, 0, 0, 0], [10] * 4, [2] * 4], np.float32)
            )
            kernels = store.series("0", "Conv2d", quantities.KERNEL, 0)
            store.add_vector(kernels, 5, np.ones((2, 1, 3, 3), np.float32))
            norm = store.series("0", "BatchNorm2d", quantities.NORM, 0)
            gradient = store.series("0.weight", "Conv2d", quantities.WEIGHT_GRADIENT, 0)
            for step in range(STEPS):
                store.add_vector(norm, step, np.ones((6, 4), np.float32))
                store.add(gradient, step, tally(np.array([1.0, 2.0])))
    with Store(run.steps) as steps:
        for step in range(STEPS):
            steps.add(step, epoch=step // 3, loss=1.0, lr=0.1)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    about = Manifest(
        convscope="0.1.0",
        versions={},
        settings={},
        seed=0,
        classes=["3", "7"],
        data="digits",
        found=[],
        device="cpu",
        threads=1,
        command=[],
    )
    return RunFolder.create(tmp_path, "first", about=about)


def drawn(folder: Path) -> set[str]:
    for path in folder.iterdir():
        with Image.open(path) as picture:
            assert picture.format == "PNG"
    return {path.stem for path in folder.iterdir()}


def test_pictures_of_the_net_and_of_each_layer_are_drawn_into_the_run(run: RunFolder) -> None:
    recorded(run)
    found = look(run)
    parts = {f"{kind}_{layer}" for kind in ("layer_stats", "color_dim") for layer in ("0", "2")}
    assert drawn(run.path / "inside") == {"all_layers", *parts}
    assert {path.stem for path in found.pictures} == {"all_layers", *parts}
    assert [one.name for one in found.layers] == ["0", "2"]


def test_the_summary_tells_first_last_and_worst(run: RunFolder) -> None:
    recorded(run, with_more=True)
    (second,) = look(run, layer="-1").layers
    assert (second.name, second.kind, second.steps, second.broken_steps) == ("2", "Conv2d", 6, 1)
    assert second.blocked_share == Course(0.5, 1.0, 1.0, 3)
    # of -1, -1.1 and -1.2 the deviation is 0.1: ten times too small is worse than 2.58 too large
    assert second.std.first == pytest.approx(np.std([-2, 0, 2, 4], ddof=1))
    assert (second.std.worst, second.std.worst_step) == (pytest.approx(0.1), 4)
    assert (second.channels, second.dead_channels) == (4, 3)


def test_what_was_asked_for_is_drawn_too(run: RunFolder, tmp_path: Path) -> None:
    recorded(run, with_more=True)
    look(run, out=tmp_path / "mine")
    more = {"all_layers", "channels", "gradients", "kernels", "channels_2", "norm_0"}
    assert more < drawn(tmp_path / "mine")
    assert not (run.path / "inside").exists()


def test_nothing_is_drawn_among_the_pictures(run: RunFolder, picture_folder: Path) -> None:
    recorded(run)
    run.save(replace(run.about, data=str(picture_folder)))
    with pytest.raises(ConfigError, match="in the folder of pictures"):
        look(run, out=picture_folder / "inside")
    assert not (picture_folder / "inside").exists()


def test_one_layer_by_name_or_place(run: RunFolder, tmp_path: Path) -> None:
    recorded(run)
    one = {"layer_stats_2", "color_dim_2", "column_2"}
    for place, asked in enumerate(["2", "1", "-1"]):  # a layer is called 2: the name wins
        look(run, layer=asked, out=tmp_path / f"{place}")
        assert drawn(tmp_path / f"{place}") == one


def test_without_histograms_the_numbers_are_drawn(run: RunFolder) -> None:
    recorded(run, with_hist=False)
    look(run)
    assert drawn(run.path / "inside") == {"layer_stats_0", "layer_stats_2"}


def test_the_command_prints_a_table_and_where_the_pictures_are(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(run, with_more=True)
    assert convscope(["look", str(run.path), "--layer", "-1"]) == 0
    printed = capsys.readouterr().out
    lines = [line.split() for line in printed.splitlines()]
    assert ["2", "Conv2d", "mean", "1.0000", "-1.1500", "-1.1500", "3"] in lines
    assert ["x", "≤", "0", "0.5000", "1.0000", "1.0000", "3"] in lines
    assert ["dead", "channels", "3", "/", "4"] in lines
    assert ["sparse", "channels", "0", "/", "4"] in lines
    assert ["0", "-", "-", "50.0", "%", "50.0", "%"] in lines  # channels after the activation
    assert ["1", "-", "-", "0.0", "%", "0.0", "%"] in lines
    assert ["steps", "with", "NaN", "1", "/", "6"] in lines
    assert f"pictures: {run.path / 'inside'}" in printed
    assert max(map(len, printed.splitlines()[:8])) <= 80


@pytest.mark.slow
def test_no_window_is_asked_for(run: RunFolder) -> None:
    recorded(run)
    kept = {name: text for name, text in os.environ.items() if not name.endswith("DISPLAY")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "convscope", "look", str(run.path)],
        env={**kept, "MPLBACKEND": "tkagg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "all_layers" in drawn(run.path / "inside")


def test_json_is_all_that_is_printed(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> None:
    recorded(run)
    assert convscope(["look", str(run.path), "--json", "--layer", "0"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["layers"][0]["std"]["worst_step"] == 0
    assert found["layers"][0]["dead_channels"] is None
    assert [Path(one).name for one in found["pictures"]] == [
        f"{kind}_0.png" for kind in ("layer_stats", "color_dim", "column")
    ]


def test_a_run_without_records_says_what_to_do(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert convscope(["look", str(run.path)]) == 1
    said = capsys.readouterr().err
    assert "nothing was recorded inside this run" in said
    assert "convscope train digits" in said
    TallyStore(run.activations).close()
    assert convscope(["look", str(run.path)]) == 1
    assert "before its first step" in capsys.readouterr().err


def test_a_layer_that_is_not_there_is_told_with_those_that_are(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(run)
    assert convscope(["look", str(run.path), "--layer", "7"]) == 2
    assert "0, 2" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_named(
    run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded(run)
    (tmp_path / "file").write_text("no folder")
    assert convscope(["look", str(run.path), "--out", str(tmp_path / "file" / "x")]) == 1
    assert "there is no place for the pictures" in capsys.readouterr().err


def test_a_course_knows_what_is_worst() -> None:
    seen = history(stds=np.array([1.0, 0.5, 100, 0.001, np.nan, 2]), means=np.linspace(-9, 3, 6))
    found = layer_look(seen)
    assert found.std == Course(1.0, 2.0, 0.001, 3)  # a thousand times too small
    assert (found.mean.worst, found.mean.worst_step) == (-9, 0)
    nothing = layer_look(history(stds=np.full(6, np.nan))).std
    assert np.isnan([nothing.first, nothing.last, nothing.worst]).all()


def test_the_table_leaves_out_what_was_not_watched() -> None:
    one = Course(1.0, 1.0, 1.0, 0)
    healthy = LayerLook("0", "Conv2d", 3, one, one, one, one, 0)
    counts = {"channels": 8, "dead_channels": 0, "sparse_channels": 0}
    watched = LayerLook("2", "Conv2d", 3, one, one, one, one, 1, **counts)
    assert layers_table([healthy]).row_count == 4
    assert layers_table([healthy, watched]).row_count == 4 + 7


def fired(*shares: float) -> ChannelHistory:
    line = np.array([[0.5] * len(shares), shares])
    epochs = np.arange(2)
    return ChannelHistory(
        "0",
        is_activated=True,
        epochs=epochs,
        fired_shares=line,
        picture_shares=np.minimum(line * 2, 1),
    )


def test_dead_and_sparse_channels_are_two_numbers_of_the_last_epoch() -> None:
    found = layer_look(history(), fired(0.0, 0.0, 0.009, 0.01, 1.0))
    assert (found.channels, found.dead_channels, found.sparse_channels) == (5, 2, 1)


def test_channels_before_and_after_the_activation() -> None:
    both = channel_looks(fired(0.25, 0.75), fired(0.0, 0.5))
    assert both == [ChannelLook(0, 0.25, 0.5, 0.0, 0.0), ChannelLook(1, 0.75, 1.0, 0.5, 1.0)]
    gated = channel_looks(fired(0.25, 0.75), fired(0.5))  # half as many behind it
    assert gated[0] == ChannelLook(0, 0.25, 0.5, 0.5, 1.0)
    assert (gated[1].fired_share, len(gated)) == (0.75, 2)
    assert np.isnan(gated[1].activated_fired_share)
    alone = channel_looks(None, fired(0.5))
    assert np.isnan(alone[0].fired_share)
    assert alone[0].activated_picture_share == 1
    assert channel_looks(None, None) == []
