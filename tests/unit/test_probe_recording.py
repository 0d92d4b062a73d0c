"""Every executed operation is written down with what it read; the model comes back untouched."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.nn import functional as F

from convscope.errors import ConfigError, ShapeError
from convscope.probe import Recording, Value, keeping, record
from convscope.probe.keeping import borrowed


class Does(nn.Module):
    """A net whose forward pass is a function."""

    def __init__(self, forward: Callable[..., Any], **parts: nn.Module) -> None:
        super().__init__()
        self.doing = forward
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.doing(self, *args, **kwargs)


def names(found: Recording) -> list[str]:
    return [one.name for one in found.operations]


def sources(found: Recording, value: int) -> set[str]:
    """What a value goes back to."""
    made = found.producer(value)
    if made is None:
        return {f"{found.values[value].origin} {found.values[value].name}"}
    return {name for one in made.inputs for name in sources(found, one)}


IMAGES = torch.rand(2, 3, 8, 8)


def test_one_operation_however_it_is_called() -> None:
    conv = nn.Conv2d(3, 4, 3)

    def forward(net: Any, x: Tensor) -> tuple[Tensor, ...]:
        w, b = net.conv.weight, net.conv.bias
        return net.conv(x), F.conv2d(x, w, b), torch.conv2d(x, weight=w, bias=b)

    found = record(Does(forward, conv=conv), IMAGES)
    assert names(found) == ["convolution"] * 3
    assert [one.called for one in found.operations] == ["conv2d"] * 3
    assert [found.owner(one) for one in found.operations] == ["conv", "", ""]
    assert len({one.inputs for one in found.operations}) == 1
    assert sources(found, found.outputs[1]) == {
        *("input 0", "parameter conv.weight", "parameter conv.bias")
    }


@pytest.mark.parametrize(
    "add",
    [lambda x, y: x + y, lambda x, y: torch.add(x, y), lambda x, y: x.clone().add_(y)],
)
def test_sums_are_sums(add: Callable[..., Tensor]) -> None:
    found = record(Does(lambda net, x: add(x, F.relu(x))), IMAGES)
    last = found.operations[-1]
    assert (last.name, last.outputs) == ("add", found.outputs)
    assert len(last.inputs) == 2


def test_lists_tuples_and_dictionaries() -> None:
    def forward(net: Any, pair: tuple[Tensor, Tensor], *, extra: dict[str, Tensor]) -> Any:
        both = torch.cat([*pair, extra["third"]], 1)
        return {"all": both, "parts": list(both.split(3, 1)), "name": "no tensor"}

    given = {"pair": (IMAGES, IMAGES + 1), "extra": {"third": IMAGES + 2}}
    found = record(Does(forward), given)
    assert [found.values[one].name for one in found.inputs] == ["pair.0", "pair.1", "extra.third"]
    assert names(found) == ["cat", "split"]
    assert found.operations[1].outputs == found.outputs[1:]
    assert isinstance(found.output, dict)
    assert found.output["name"] == "no tensor"


def test_a_layer_used_twice_has_two_calls() -> None:
    found = record(Does(lambda net, x: net.same(net.same(x)), same=nn.Conv2d(3, 3, 1)), IMAGES)
    assert [(one.path, one.turn, one.parent) for one in found.calls] == [
        *(("", 0, -1), ("same", 0, 0), ("same", 1, 0))
    ]
    first, second = found.calls[1:]
    assert first.outputs == second.inputs
    assert found.calls[0].children == 2


def test_in_place_makes_a_new_value() -> None:
    def forward(net: Any, x: Tensor) -> Tensor:
        y = x * 2
        kept = y + 0
        y.relu_()
        return y + kept

    found = record(Does(forward), IMAGES - 0.5, keep_values=True)
    assert names(found) == ["mul", "add", "relu", "add"]
    doubled, copied, positive, _ = (one.outputs[0] for one in found.operations)
    assert found.operations[3].inputs == (positive, copied)
    assert found.operations[2].in_place
    assert number(found.values[doubled]).min() < 0 <= number(found.values[positive]).min()


def number(value: Value) -> Tensor:
    assert value.data is not None
    return value.data


def test_written_through_a_view_is_read_through_the_whole() -> None:
    def forward(net: Any, x: Tensor) -> Tensor:
        y = x + 0
        y[:, 1].mul_(3)
        return y + 1

    found = record(Does(forward), IMAGES, keep_values=True)
    assert names(found) == ["add", "select", "mul", "overwritten", "add"]
    wanted = IMAGES.clone()
    wanted[:, 1] *= 3
    torch.testing.assert_close(number(found.values[found.operations[3].outputs[0]]), wanted)
    torch.testing.assert_close(number(found.values[found.outputs[0]]), wanted + 1)


def test_what_only_renames_is_the_same_value() -> None:
    found = record(Does(lambda net, x: x.view(2, 3, 8, 8).detach().transpose(1, 2).mT), IMAGES)
    assert names(found) == ["transpose", "transpose"]
    found = record(Does(lambda net, x: x.view(2, 3, 8, 8).detach()), IMAGES)
    assert (names(found), found.outputs) == ([], found.inputs)


def test_kept_whole() -> None:
    def forward(net: Any, x: Tensor) -> Tensor:
        x = F.pad(x, (1, 1, 1, 1), mode="circular")
        x = F.adaptive_avg_pool2d(net.fc(x), 4)
        return F.scaled_dot_product_attention(x, x @ x, x)

    found = record(Does(forward, fc=nn.Linear(10, 5)), IMAGES)
    wanted = ["pad", "linear", "adaptive_avg_pool2d", "matmul", "scaled_dot_product_attention"]
    assert names(found) == wanted
    assert found.operations[0].arguments["mode"] == "circular"


def test_attention_is_seen_inside() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    found = record(layer, torch.rand(1, 5, 8))
    assert torch.backends.mha.get_fastpath_enabled()
    assert not [one for one in names(found) if "native_multi_head" in one or "fwd" in one]
    assert found.outputs == found.operations[-1].outputs[:1]


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_an_own_function_and_script_are_seen() -> None:
    class Doubled(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x * 2

    script: Any = torch.jit.trace(nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU()), IMAGES)
    found = record(Does(lambda net, x: script(Doubled.apply(x))), IMAGES)
    assert names(found) == ["mul", "convolution", "relu"]
    assert found.operations[1].inputs[0] == found.operations[0].outputs[0]


@pytest.mark.parametrize(
    "read",
    [
        lambda x: x.sum().item(),
        lambda x: x.numpy(),
        lambda x: np.asarray(x),
        lambda x: x.tolist(),
        lambda x: bool(x.sum() > 0),
        lambda x: torch.equal(x, x),
    ],
)
def test_numbers_that_leave_are_noticed(read: Callable[[Tensor], object]) -> None:
    def forward(net: Any, x: Tensor) -> Tensor:
        y = F.relu(x)
        read(y)
        return y + torch.from_numpy(np.ones(1, dtype=np.float32))

    found = record(Does(forward), IMAGES)
    assert [sources(found, one) for one in found.escapes[:1]] == [{"input 0"}]
    assert sources(found, found.outputs[0]) == {"input 0", "unseen "}


def test_without_an_escape_it_was_there_before() -> None:
    mean = torch.rand(3, 1, 1)
    found = record(Does(lambda net, x: x - mean + torch.tensor(1.0)), IMAGES)
    assert (found.escapes, sources(found, found.outputs[0])) == ([], {"input 0", "constant "})


def test_no_activation_is_held() -> None:
    made: list[StorageWeakRef] = []
    alive: list[int] = []

    def forward(net: Any, x: Tensor) -> Tensor:
        for _ in range(20):
            x = x + 1
            made.append(StorageWeakRef(x.untyped_storage()))
            alive.append(sum(not one.expired() for one in made))
        return x

    found = record(Does(forward), torch.rand(1, 3, 500, 500))
    assert len(found.operations) == 20
    assert max(alive) <= 2  # the one that is made and the one that it is made of
    chain = [one.inputs[0] for one in found.operations[1:]]
    assert chain == [one.outputs[0] for one in found.operations[:-1]]


# The model is borrowed.


class Moody(nn.Module):
    """Does to itself all that a module can do."""

    def __init__(self, error: BaseException | None = None) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)
        self.register_buffer("calls", torch.zeros(()))
        self.register_buffer("rebound", torch.zeros(()))
        self.error = error
        self.seen: object = None

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.rebound = self.rebound + 1
        self.conv.weight.data.mul_(2)
        self.seen = x
        self.norm.train()
        x = F.dropout(self.norm(self.conv(x)), 0.5)
        random.random()
        np.random.rand()  # noqa: NPY002 - the global dice are what is tested
        if self.error is not None:
            raise self.error
        return x


def all_dice() -> tuple[object, ...]:
    numpy = str(np.random.get_state())  # noqa: NPY002 - as above
    return torch.get_rng_state().tolist(), numpy


@pytest.mark.parametrize("error", [None, ValueError("no"), KeyboardInterrupt()])
@pytest.mark.parametrize("training", [True, False])
def test_the_model_comes_back_untouched(error: BaseException | None, *, training: bool) -> None:
    torch.manual_seed(3)
    model = Moody(error).train(training)
    model.norm.eval()
    before = {name: one.clone() for name, one in model.state_dict().items()}
    modes = [one.training for one in model.modules()]
    objects = [id(one) for one in (*model.parameters(), *model.buffers())]
    dice = all_dice()
    if error is None:
        record(model, IMAGES)
    else:
        with pytest.raises((ShapeError, KeyboardInterrupt)):
            record(model, IMAGES)
    assert all(torch.equal(one, before[name]) for name, one in model.state_dict().items())
    assert modes == [one.training for one in model.modules()]
    assert objects == [id(one) for one in (*model.parameters(), *model.buffers())]
    assert dice == all_dice()
    assert model.seen is None
    modules: list[Any] = list(model.modules())
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in modules)
    assert torch.is_grad_enabled()


def test_pythons_dice_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # beartype throws them while tests run, so a stand-in for the module tells what is put back
    put_back: list[object] = []
    stand_in = SimpleNamespace(getstate=lambda: "before", setstate=put_back.append)
    monkeypatch.setattr(keeping, "random", stand_in)
    with borrowed(nn.ReLU()):
        assert put_back == []
    assert put_back == ["before"]


def test_it_says_which_layer_fails() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(100, 2))
    with pytest.raises(ShapeError, match="2: Linear") as failed:
        record(net, (3, 8, 8))
    assert "1 x 144" in str(failed.value)


def test_a_failure_that_was_caught_does_not_confuse() -> None:
    def forward(net: Any, x: Tensor) -> Tensor:
        try:
            net.bad(x)
        except RuntimeError:
            return net.good(x)
        return x

    found = record(Does(forward, bad=nn.Conv2d(9, 1, 1), good=nn.Conv2d(3, 1, 1)), IMAGES)
    assert [found.owner(one) for one in found.operations] == ["good"]


@pytest.mark.parametrize(
    ("model", "given", "says"),
    [
        (nn.LazyConv2d(4, 3), (3, 8, 8), "lazy"),
        (nn.Conv2d(3, 4, 3, device="meta"), (3, 8, 8), "meta"),
        (nn.Conv2d(3, 4, 3), None, "no input"),
        (nn.Conv2d(3, 4, 3), (), "no input"),
        (nn.Conv2d(3, 4, 3), (3, 0, 8), "holds nothing"),
        (nn.Conv2d(3, 4, 3), (IMAGES, IMAGES), "positional"),
    ],
)
def test_bad_input_is_refused(model: nn.Module, given: object, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        record(model, given)


def test_a_shape_becomes_noise_on_the_models_type() -> None:
    found = record(nn.Conv2d(3, 4, 3).double(), (3, 8, 8))
    (given,) = found.inputs
    assert (found.values[given].shape, found.values[given].dtype) == ((1, 3, 8, 8), torch.float64)
