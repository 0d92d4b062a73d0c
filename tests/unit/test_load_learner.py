"""A Learner leaves as weights and a description, and comes back; nothing is ever executed."""

import json
import logging
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from convscope import models
from convscope.cli.main import run as command
from convscope.data import Preparation
from convscope.errors import ConfigError, ConvscopeError, DataError, RunError, ShapeError
from convscope.export import load_learner
from convscope.export.returning import OURS
from convscope.models import BUILDERS, BasicBlock, build
from convscope.probe import KINDS, UnplannedError, plan_of, planned
from convscope.train import ENTRY, Learner, Splits, save_weights, weights_digest
from tests.conftest import small_net
from tests.made_runs import made_run, preparation


class Data:
    """What a DataLoaders hands over: classes and the pictures' way."""

    def __init__(self, prepare: Preparation | None = None) -> None:
        self.train: list[Any] = []
        self.valid: list[Any] = []
        self.prepare = prepare
        self.vocab = None if prepare is None else [*prepare.classes]


def learner(net: nn.Module, prepare: Preparation | None = None, **more: Any) -> Learner:
    return Learner(Data(prepare), net, quiet=True, **more)


class Odd(nn.Module):
    """A net that nobody else can build."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(256, 3)

    def forward(self, images: Tensor) -> Tensor:
        return self.layer(images.flatten(1))


@pytest.mark.parametrize("name", BUILDERS)
def test_nets_of_ours_come_back(tmp_path: Path, name: str) -> None:
    torch.manual_seed(0)
    made = BUILDERS[name]
    net = build(name, size=32, channels=made.channels, classes=3)
    net(torch.rand(4, made.channels, 32, 32))  # BatchNorm has averages of its own
    image = torch.rand(made.channels, 32, 32)
    before = learner(net).predict(image)
    after = load_learner(learner(net).export(tmp_path / "net.safetensors")).predict(image)
    assert after.label == before.label
    assert torch.equal(after.probabilities, before.probabilities)


def test_a_sequential_of_known_layers_comes_back_trained(
    make_learner: Callable[[], Learner], tmp_path: Path
) -> None:
    learn = make_learner()
    learn.fit(1, 0.01)
    images = learn.dls.valid[0][0]  # pyright: ignore[reportIndexIssue]
    again = load_learner(learn.export(tmp_path / "net.safetensors"))
    assert repr(again.model) == repr(learn.model)
    assert not again.model.training
    for image in images[:3]:
        assert torch.equal(again.predict(image).probabilities, learn.predict(image).probabilities)
    assert all(one.requires_grad for one in again.model.parameters())


MADE: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "Linear"), (2, 3, 1)),
    **dict.fromkeys(("BatchNorm1d", "BatchNorm2d", "InstanceNorm2d", "LocalResponseNorm"), (2,)),
    **dict.fromkeys(("PixelShuffle", "ZeroPad2d", "ReflectionPad2d", "MaxPool2d"), (2,)),
    **dict.fromkeys(("LayerNorm", "RMSNorm"), ([2, 3],)),
    **dict.fromkeys(("Softmax", "LogSoftmax"), (1,)),
    "AvgPool2d": ((2, 1), 1),
    "AdaptiveMaxPool2d": (1,),
    "AdaptiveAvgPool2d": ((1, None),),
    "GroupNorm": (1, 2),
    "Linear": (2, 3, False),
    "Unflatten": (1, (2, 2)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_known_layer_is_told_by_its_plan(kind: str) -> None:
    layer = nn.Sequential(KINDS[kind](*MADE.get(kind, ())))
    again = planned(json.loads(json.dumps(plan_of(layer))))
    assert repr(again) == repr(layer)
    assert all(values.is_meta for values in again.state_dict().values())


def test_a_layer_that_stands_twice_is_built_twice() -> None:
    relu = nn.ReLU()
    assert len(planned(plan_of(nn.Sequential(relu, nn.Identity(), relu)))) == 3  # pyright: ignore[reportArgumentType]
    shared = nn.Linear(2, 2)
    with pytest.raises(UnplannedError, match="share their weights"):
        plan_of(nn.Sequential(shared, shared))


def test_a_net_that_cannot_be_described_is_told_and_needs_model(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Identity(), Odd())
    with caplog.at_level(logging.WARNING, "convscope"):
        path = learner(net, preparation()).export(tmp_path / "odd.safetensors")
    assert "layer 1 is of class Odd, which has no description" in caplog.text
    assert "load_learner(path, model=...)" in caplog.text
    with pytest.raises(ConfigError, match=r"load_learner\(path, model=net\)"):
        load_learner(path)
    again = load_learner(path, model=nn.Sequential(nn.Identity(), Odd()))
    picture = Image.new("L", (16, 16), 9)
    assert torch.equal(again.predict(picture)[2], learner(net, preparation()).predict(picture)[2])
    with pytest.raises(RunError, match="Missing key"):
        load_learner(path, model=nn.Sequential(nn.Identity(), nn.Sequential(nn.Linear(2, 3))))


@pytest.mark.parametrize("change", ["subclass", "forward", "argument"])
def test_what_only_looks_like_a_known_layer_has_no_plan(change: str) -> None:
    class Linear(nn.Linear):
        pass

    net = nn.Sequential(Linear(2, 2) if change == "subclass" else nn.Linear(2, 2))
    if change == "forward":
        vars(net[0])["forward"] = torch.neg
    if change == "argument":
        vars(net[0])["in_features"] = 3
    with pytest.raises(UnplannedError):
        plan_of(net)


def test_a_picture_of_any_kind(tmp_path: Path) -> None:
    torch.manual_seed(0)
    prepare = preparation(channels=3)
    net = build("pooled_cnn", size=16, channels=3, classes=3)
    learn = load_learner(learner(net, prepare).export(tmp_path / "net.safetensors"))
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    picture.save(tmp_path / "a.png")
    path, tensor = tmp_path / "a.png", torch.from_numpy(pixels).permute(2, 0, 1)
    scaled = prepare(picture)
    kinds = [path, str(path), path.read_bytes(), picture, pixels, tensor, tensor[None]]
    kinds += [scaled, scaled[0], scaled[0].numpy()]
    label, index, shares = learn.predict(kinds[0])
    assert label == prepare.classes[int(index)]
    assert shares.sum() == pytest.approx(1)
    for kind in kinds[1:]:
        assert torch.equal(learn.predict(kind).probabilities, shares)
    grey = learn.predict(pixels[:, :, 0])
    assert torch.equal(learn.predict(Image.fromarray(pixels[:, :, 0])).probabilities, grey[2])
    assert learn.predict(np.zeros((300, 9), np.uint8)).label in prepare.classes


@pytest.mark.parametrize(
    ("item", "error", "said"),
    [
        ("nowhere.png", DataError, "No such file"),
        (b"rubbish", DataError, "no known picture format"),
        (torch.zeros(3, 16, 16), ShapeError, "this model cannot take this picture"),
        (torch.zeros(1, 64, 64), ShapeError, "and knows 3 classes"),
        (torch.zeros(2, 1, 16, 16), ShapeError, "this is not one picture"),
        (torch.zeros(16, 16, dtype=torch.int64), ShapeError, "this is not one picture"),
        (np.zeros((16, 16, 2), np.uint8), ShapeError, "this is not one picture"),
        (np.zeros((0, 4), np.uint8), ShapeError, "this is not one picture"),
        (np.array(["a"]), ShapeError, "this is not one picture"),
    ],
)
def test_what_is_no_picture_for_it_is_told(item: object, error: type[Exception], said: str) -> None:
    learn = learner(build("simple_net", size=16, channels=1, classes=3), preparation())
    with pytest.raises(error, match=said):
        learn.predict(item)


def test_without_a_way_for_pictures_tensors_are_taken(make_learner: Callable[[], Learner]) -> None:
    with pytest.raises(ConfigError, match="how pictures were prepared"):
        make_learner().predict(Image.new("L", (8, 8)))
    assert make_learner().predict(np.zeros((8, 8))).label in {"0", "1", "2"}


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [
        (F.cross_entropy, [0.5, 0.5]),
        (nn.CrossEntropyLoss(label_smoothing=0.1), [0.5, 0.5]),
        (F.nll_loss, [1.0, 1.0]),
        (nn.BCEWithLogitsLoss(), [0.5, 0.5]),
    ],
)
def test_what_the_outputs_mean_is_kept(tmp_path: Path, loss: Any, outputs: list[float]) -> None:
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    for values in net.parameters():
        nn.init.zeros_(values)
    again = load_learner(learner(net, loss_func=loss).export(tmp_path / "a.safetensors"))
    assert again.predict(torch.zeros(1, 2, 2)).probabilities.tolist() == outputs


def test_another_loss_is_not_taken_for_cross_entropy(tmp_path: Path) -> None:
    learn = learner(nn.Sequential(nn.Flatten(), nn.Linear(4, 2)), loss_func=F.mse_loss)
    again = load_learner(learn.export(tmp_path / "a.safetensors"))
    with pytest.raises(ConfigError, match="not known how this model's outputs"):
        again.predict(torch.zeros(1, 2, 2))


def test_no_pickle_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"learn.export\('.*model.safetensors'\)"):
        learner(small_net()).export(tmp_path / "model.pkl")
    assert not [*tmp_path.iterdir()]


# from here on: files that are not what they should be


def described(**changes: object) -> dict[str, Any]:
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    about = {
        "format": 2,
        "version": "0",
        "plan": plan_of(net),
        "prepare": None,
        "classes": ["a", "b"],
    }
    return {**about, **changes}


def written(path: Path, text: str) -> Path:
    save_weights(path, nn.Sequential(nn.Flatten(), nn.Linear(4, 2)).state_dict(), {ENTRY: text})
    return path


def one(kind: object, **arguments: object) -> dict[str, Any]:
    linear = {"kind": "Linear", "with": {"in_features": 4, "out_features": 2, "bias": True}}
    layers = [["0", {"kind": kind, "with": arguments}], ["1", linear]]
    return {"kind": "Sequential", "layers": layers}


def deep(depth: int) -> dict[str, Any]:
    plan: dict[str, Any] = {"kind": "Sequential", "layers": []}
    for _ in range(depth):
        plan = {"kind": "Sequential", "layers": [["0", plan]]}
    return plan


@pytest.mark.parametrize("length", [0x280, 0x4B50])
def test_a_header_as_long_as_a_pickle_begins_is_none(tmp_path: Path, length: int) -> None:
    """The length comes first in the file: 640 reads as a pickle's mark, 19,280 as a zip's."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    path = tmp_path / "a"
    for padding in range(length - 600, length):
        written(path, json.dumps(described(padding="a" * max(0, padding))))
        if path.read_bytes()[:2] == length.to_bytes(2, "little"):
            break
    assert repr(load_learner(path).model) == repr(net)


def test_meta_the_file_that_is_changed_below_is_good(tmp_path: Path) -> None:
    assert load_learner(written(tmp_path / "a", json.dumps(described()))).model


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (one("os.system", command="touch canary"), "'os.system' is no layer"),
        (one("__import__", name="os"), "is no layer that may be built"),
        (one("Lambda", function="os.remove"), "is no layer that may be built"),
        (one(["Flatten"]), "is no layer that may be built"),
        (one("Flatten", start_dim="__class__", device="cuda"), "device"),
        (one("Dropout", p=2), "dropout probability"),
        (one("Dropout", p=[[[1]]]), "p"),
        (one("Linear", in_features=10**30, out_features=1), "in_features"),
        (one("Linear", in_features=2**24, out_features=2**24), "weights are not those"),
        (one("Linear", in_features=True, out_features=1), "weights are not those"),
        (one("Linear", in_features="4", out_features=1), "cannot be loaded"),
        (one("GroupNorm", num_groups=0, num_channels=4), "cannot be loaded"),
        (deep(50), "is endless"),
        ({"kind": "Sequential", "layers": [["a.b", one("ReLU")]]}, "cannot be loaded"),
        ({"kind": "Sequential", "layers": [["0", one("ReLU")]] * 2}, "two layers are called"),
        ({"kind": "Sequential", "layers": [["forward", one("ReLU")]]}, "cannot be loaded"),
        ({"kind": "Sequential", "layers": {"0": 1}}, "without its layers"),
        ({"kind": "Sequential", "layers": [[]]}, "a name and a description"),
        (7, "its description is none"),
        ([], "its description is none"),
    ],
)
def test_a_hostile_plan_builds_nothing(tmp_path: Path, plan: object, said: str) -> None:
    path = written(tmp_path / "a.safetensors", json.dumps(described(plan=plan)))
    with pytest.raises(RunError, match=said):
        load_learner(path)
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(described(format=3, version="9.9")), "convscope 9.9 wrote it, in format 3"),
        (json.dumps(described(format="two")), "its format is two"),
        (json.dumps(described(classes=[1, 2])), "its classes are no list of names"),
        (json.dumps(described(classes="ab")), "its classes are no list of names"),
        (json.dumps(described(prepare={"size": [1]})), "cannot tell how pictures were prepared"),
        (json.dumps(described(prepare=[])), "cannot be loaded"),
        (json.dumps(described(digest="0" * 32)), "bits have changed"),
        (json.dumps(described(plan=one("Dropout", p=float("nan")))), "NaN is no number"),
        (json.dumps(described(plan=one("Dropout", p=float("inf")))), "Infinity is no number"),
        ('{"plan":' * 100_000 + "1" + "}" * 100_000, "nested without end"),
        ("[" * 100_000, "nested without end"),
        ('"a string"', "no JSON object"),
        ("{", "cannot be loaded"),
        (json.dumps({"format": 2, "padding": "a" * 2**24}), "longer than"),
        (json.dumps({"format": 2}), "names neither its layers nor its pictures"),
        (json.dumps({"format": 1, "arch": "../../x", "prepare": None}), "names neither"),
        (
            json.dumps({"format": 1, "arch": "os.system", "prepare": preparation().to_dict()}),
            "os.system",
        ),
    ],
)
def test_a_hostile_description_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path / "a.safetensors", text)
    with pytest.raises(ConvscopeError, match=said):
        load_learner(path)


class Canary:
    """Makes a file as soon as a pickle of it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def pickled(path: Path, canary: Path) -> None:
    path.write_bytes(pickle.dumps(Canary(canary)))


def zipped(path: Path, canary: Path) -> None:
    torch.save(Canary(canary), path)


def bomb(path: Path, canary: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Canary(canary)))
        archive.writestr("archive/data/0", bytes(2**27))


def eight_gigabytes(path: Path, canary: Path) -> None:
    path.write_bytes((2**33).to_bytes(8, "little") + b"{}")


def negative(path: Path, canary: Path) -> None:
    path.write_bytes((2**64 - 1).to_bytes(8, "little") + b"{}")


def overlapping(path: Path, canary: Path) -> None:
    tensor = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    text = json.dumps({"a": tensor, "b": {**tensor, "data_offsets": [4, 12]}}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(12))


def beyond(path: Path, canary: Path) -> None:
    text = b'{"a": {"dtype": "F32", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}'
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))


def empty(path: Path, canary: Path) -> None:
    path.touch()


def foreign(path: Path, canary: Path) -> None:
    save_weights(path, {"a": torch.zeros(1)}, {"format": "pt"})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (pickled, "it is a pickle"),
        (zipped, "a zip file"),
        (bomb, "a zip file"),
        (eight_gigabytes, "cannot be loaded"),
        (negative, "cannot be loaded"),
        (overlapping, "cannot be loaded"),
        (beyond, "cannot be loaded"),
        (empty, "cannot be loaded"),
        (foreign, "no description by convscope"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_fault_52_53_no_other_file_is_opened(
    tmp_path: Path, make: Callable[[Path, Path], None], said: str
) -> None:
    path, canary = tmp_path / "a.safetensors", tmp_path / "canary"
    make(path, canary)
    with pytest.raises(RunError, match=said):
        load_learner(path)
    assert not canary.exists()
    run = made_run(tmp_path / "runs", tmp_path)
    path.replace(run.weights)
    Image.new("L", (16, 16)).save(tmp_path / "a.png")
    assert command(["predict", str(run.path), str(tmp_path / "a.png")]) == 1
    assert not canary.exists()


def test_meta_the_canary_sings(tmp_path: Path) -> None:
    pickled(tmp_path / "a", tmp_path / "canary")
    pickle.loads((tmp_path / "a").read_bytes())
    assert (tmp_path / "canary").exists()


@pytest.mark.parametrize("part", ["length", "header", "weights", "end"])
def test_fault_52_a_damaged_model_is_named(
    tmp_path: Path, part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = made_run(tmp_path / "runs", tmp_path)
    Image.new("L", (16, 16)).save(tmp_path / "a.png")
    content = bytearray(run.weights.read_bytes())
    length = int.from_bytes(content[:8], "little")
    place = {"length": 3, "header": 8 + length // 2, "weights": len(content) - 70}
    if part == "end":
        del content[-5:]
    else:
        content[place[part]] ^= 4
    run.weights.write_bytes(content)
    assert command(["predict", str(run.path), str(tmp_path / "a.png")]) == 1
    said = capsys.readouterr().err
    assert "cannot be loaded" in said or "there is no network" in said
    assert str(run.weights) in said or part == "header"


@pytest.mark.parametrize("change", ["missing", "extra", "shape", "arch"])
def test_fault_52_weights_of_another_net_are_named(
    tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = made_run(tmp_path / "runs", tmp_path)
    Image.new("L", (16, 16)).save(tmp_path / "a.png")
    net = build("pooled_cnn" if change == "arch" else "simple_net", size=16, channels=1, classes=3)
    weights = net.state_dict()
    name = next(iter(weights))
    if change == "missing":
        del weights[name]
    if change == "extra":
        weights["one.more"] = torch.zeros(1)
    if change == "shape":
        weights[name] = weights[name][:1]
    about = json.loads(text_of(run.weights))
    about["digest"] = weights_digest(weights)
    save_weights(run.weights, weights, {ENTRY: json.dumps(about)})
    assert command(["predict", str(run.path), str(tmp_path / "a.png")]) == 1
    said = capsys.readouterr().err
    assert "cannot be loaded" in said
    assert ("one.more" if change == "extra" else name.partition(".")[0]) in said


def text_of(path: Path) -> str:
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return header["__metadata__"][ENTRY]


def test_a_runs_own_file_is_loaded_too(tmp_path: Path) -> None:
    run = made_run(tmp_path / "runs", tmp_path)
    assert load_learner(run.weights).predict(Image.new("L", (99, 16))).label in run.about.classes


def test_meta_every_module_of_ours_with_a_plan_may_be_loaded() -> None:
    kinds = [kind for kind in vars(models).values() if hasattr(kind, "plan_name")]
    assert kinds == [BasicBlock]
    assert {BasicBlock.plan_name: BasicBlock} == OURS


def test_a_learner_without_pictures_says_so_when_it_is_to_learn(tmp_path: Path) -> None:
    path = Learner(Splits([]), small_net(), quiet=True).export(tmp_path / "a.safetensors")
    with pytest.raises(ConvscopeError, match="there is nothing to fit"):
        load_learner(path).fit(1, 0.1)
