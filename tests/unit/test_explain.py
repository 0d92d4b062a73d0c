"""`convscope explain`: a page for one picture, and what it refuses."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from convscope import figures, recipes
from convscope.cli.main import run
from convscope.interpret import ClassificationInterpretation, grad_cam
from convscope.recipes.explaining import MOST_LAYERS, MOST_MAPS, suspicions
from convscope.recipes.loading import metadata, read_model
from convscope.report import explain_page
from convscope.runs import Explanation, Looked, RunFolder
from convscope.train import save_weights


@pytest.fixture
def picture(picture_folder: Path) -> Path:
    return picture_folder / "low" / "0.png"


@pytest.mark.slow
def test_a_page_for_one_picture_and_a_run_without_its_pictures(
    small_run: Path,
    picture: Path,
    picture_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    assert run(["explain", str(small_run), str(picture)]) == 0
    answer, file = capsys.readouterr().out.splitlines()
    page = Path(file)
    assert page == tmp_path / "explain_0.html"
    html = page.read_text()
    assert answer.split()[0] in re.findall(r"<bdi>(\w+)</bdi></th>", html)
    assert not re.findall(r'(?:src|href)="(?!data:|#)', html)  # nothing from anywhere
    assert "Grad-CAM" in html
    assert html.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]{20,}"', html)) >= 5
    assert page.stat().st_size < 1_000_000
    # the numbers of the page are those of the functions
    found = recipes.explain(RunFolder.open(small_run), picture)
    trained = recipes.load_trained(RunFolder.open(small_run))
    heat = grad_cam(trained.model, trained.prepare(picture))
    assert found.cam is not None
    np.testing.assert_array_equal(found.cam.heat, heat.maps[0].numpy())
    assert found.cam.facts["layer"] == f"{heat.layer.path} {heat.layer.kind}"
    assert sum(share for _, share in found.answers) == pytest.approx(1)
    assert len(found.layers) <= MOST_LAYERS
    assert max(len(one.maps) for one in found.layers) <= MOST_MAPS
    assert found.traced is not None
    # asked in another way
    words = ["--layer", "0", "--json", "--out", "pl.html", "--lang", "pl"]
    assert run(["explain", small_run.name, str(picture), *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["grad_cam"]["layer"].split()[0] == trained_path(trained.model)
    assert '<html lang="pl">' in Path("pl.html").read_text()
    interpreted_without_pictures(small_run, picture_folder)


def interpreted_without_pictures(small_run: Path, picture_folder: Path) -> None:
    opened = RunFolder.open(small_run)
    labels, copies = suspicions(opened)
    assert all(one.label != one.other for one in labels)
    assert copies == []
    picture_folder.rename(picture_folder.with_name("moved"))
    interp = ClassificationInterpretation.from_run(small_run)
    assert interp.vocab == opened.about.classes
    assert interp.confusion_matrix().sum() == len(interp.made)
    axes = interp.plot_top_losses(4)
    assert all(one.images for one in axes)  # the run kept them, small
    figures.pyplot().close("all")


def trained_path(model: nn.Module) -> str:
    return next(path for path, one in model.named_modules() if isinstance(one, nn.Conv2d))


@pytest.mark.slow
def test_what_cannot_be_explained_is_refused_in_words(
    small_run: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*words: str) -> tuple[int, str]:
        code = run(["explain", *words])
        return code, capsys.readouterr().err

    torn = tmp_path / "torn.png"
    torn.write_bytes(picture.read_bytes()[:60])
    code, said = refused(str(small_run), str(torn))
    assert (code, "torn.png" in said) == (1, True)
    code, said = refused(str(small_run), str(tmp_path / "none.png"))
    assert (code, "none.png" in said) == (1, True)
    code, said = refused(str(small_run), str(picture), "--layer", "0.o")
    assert (code, "'0.0'" in said) == (2, True)
    for out, words in {
        str(picture.parent / "page.html"): "folder of the pictures",
        str(picture.parents[1] / "page.html"): "folder of pictures",
        "page.png": "is an HTML file",
    }.items():
        code, said = refused(str(small_run), str(picture), "--out", out)
        assert (code, words in said) == (2, True), out
    assert not list(picture.parents[1].rglob("*.html"))
    # other sizes, modes and channels are brought to those of training
    for name, other in {
        "wide.png": Image.new("RGB", (90, 20), (200, 10, 10)),
        "alpha.png": Image.new("RGBA", (16, 16)),
        "deep.png": Image.fromarray(np.full((5, 5), 60_000, np.uint16)),
        "tiny.png": Image.new("1", (1, 1)),
    }.items():
        other.save(tmp_path / name)
        explained = recipes.explain(RunFolder.open(small_run), tmp_path / name)
        assert explained.pixels.shape == (1, 16, 16)
    # a model that is NaN, and none at all
    weights = small_run / "model.safetensors"
    with_nan(weights)
    code, said = refused(str(small_run), str(picture))
    assert (code, "its weights hold NaN" in said) == (1, True)
    weights.unlink()
    code, said = refused(str(small_run), str(picture))
    assert (code, "no weights" in said) == (1, True)


def with_nan(path: Path) -> None:
    """Write what a run leaves whose weights have become NaN."""
    file = read_model(path)
    weights = {name: torch.full_like(one, float("nan")) for name, one in file.weights.items()}
    save_weights(path, weights, metadata(file.arch, file.prepare))


def test_a_net_without_convolutions_gets_a_page_too() -> None:
    heat = np.zeros((4, 4))
    found = Explanation(
        run="7",
        picture="<script>.png",
        pixels=np.zeros((3, 4, 4)),
        answers=(("<b>", 0.6), ("cat", 0.4)),
        classes=2,
        cam=None,
        no_cam="none of its own",
        covered=Looked(heat, {"window": 1, "stride": 1}),
        layers=(),
        layers_total=0,
        traced=None,
    )
    html = explain_page(found)
    assert "<script>" not in html
    assert "<b>" not in html
    assert "none of its own" in html
    assert "It is torn" in html
    assert "No single square matters" in html
    assert html.count("<img ") == 1
