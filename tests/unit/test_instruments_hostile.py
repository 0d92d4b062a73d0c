"""`watch` on models that are copied, saved, compiled, averaged, lazy or parametrised meanwhile."""

import copy
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations
from torch.optim.swa_utils import AveragedModel
from torch.utils.checkpoint import checkpoint

from convscope.errors import ConfigError
from convscope.instruments import watch
from convscope.instruments.schedule import Schedule
from convscope.runs import quantities

torch.set_num_threads(1)


def net(*middle: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 4, 3), *middle, nn.ReLU(), nn.Flatten(), nn.Linear(144, 3))


def train(model: Any, steps: int = 2, opt: torch.optim.Optimizer | None = None) -> list[Tensor]:
    torch.manual_seed(1)
    opt = opt or torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(steps):
        model(torch.randn(6, 1, 8, 8)).square().mean().backward()
        opt.step()
        opt.zero_grad()
    return [weights.detach().clone() for weights in model.state_dict().values()]


def test_a_copy_of_the_model_is_somebody_elses() -> None:
    model = net()
    with watch(model, with_valid=True) as record:
        train(model, steps=1)
        average = AveragedModel(model)
        average.eval()(torch.randn(6, 1, 8, 8))
        twin = copy.deepcopy(model)
        train(twin, steps=3)
        train(model, steps=1)
    train(twin, steps=1)  # it had carried the hooks away
    assert record.steps == 2
    assert record.layer_stats(0).steps.tolist() == [0, 1]
    assert record.record.layers(quantities.VALID_OUTPUT) == []


LOADING = """
import sys, torch
model = torch.load(sys.argv[1], weights_only=False)
print(model(torch.ones(1, 1, 8, 8)).shape, "convscope" in sys.modules)
"""


def test_a_watched_model_is_saved_whole_and_loads_without_convscope(tmp_path: Path) -> None:
    model = net()
    with watch(model) as record:
        train(model, steps=1)
        torch.save(model, tmp_path / "whole.pt")
        again = torch.load(tmp_path / "whole.pt", weights_only=False)
        train(again, steps=1)
    assert record.steps == 1
    command = [sys.executable, "-W", "ignore", "-c", LOADING, str(tmp_path / "whole.pt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout == "torch.Size([1, 3]) False\n", done.stderr


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_compiler_keeps_out_of_what_is_done_here() -> None:
    from torch._dynamo.utils import counters  # noqa: PLC0415 - wakes the compiler

    torch.compiler.reset()
    compiled: Any = torch.compile(net(nn.BatchNorm2d(4)), backend="eager")
    before = counters["frames"]["total"]
    with watch(compiled) as record:
        train(compiled, steps=3)
    assert record.layer_stats(0).counts.tolist() == [864] * 3
    assert 0 < counters["frames"]["total"] - before <= 60  # the model's; ours are two hundred


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_whole_graph_cannot_be_watched_and_says_so() -> None:
    torch.compiler.reset()
    model = net()
    compiled: Any = torch.compile(model, backend="eager", fullgraph=True)
    with watch(model), pytest.raises(Exception, match="convscope watches: compile without full"):
        compiled(torch.ones(1, 1, 8, 8))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_export_is_no_pass(caplog: pytest.LogCaptureFixture) -> None:
    model = net().eval()
    with caplog.at_level(logging.WARNING), watch(model, with_valid=True) as record:
        torch.export.export(model, (torch.ones(1, 1, 8, 8),))
        model(torch.ones(2, 1, 8, 8))
    assert "cannot be recorded" not in caplog.text
    assert record.record.history(0, quantities.VALID_OUTPUT).counts.tolist() == [2 * 144]


def test_lazy_layers_have_kernels_after_their_first_pass(caplog: pytest.LogCaptureFixture) -> None:
    model = nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(3))
    with caplog.at_level(logging.WARNING), watch(model, kernels=True, norms=True) as record:
        model(torch.ones(2, 1, 8, 8)).sum().backward()
        first = next(model.parameters()).detach().clone()
        train(model)
    assert not caplog.text
    assert record.record.kernels().kernels[0].tolist() == first.tolist()
    assert record.record.norm(0).steps.tolist() == [0, 1, 2]


def test_weights_that_are_computed_from_others_are_followed_too() -> None:
    model = net()
    parametrizations.weight_norm(model[0])
    opt = torch.optim.SGD(model.parameters(), 0.1)
    with watch(model, gradients=True, updates=True, optimizer=opt) as record:
        train(model, opt=opt)
    found = record.record.gradients()
    parts = [f"0.parametrizations.weight.original{number}" for number in range(2)]
    assert found.names == (*parts, "3")
    assert (found.norms > 0).all()
    assert (found.update_ratios > 0).all()


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.ones(3))

    def forward(self, images: Tensor) -> Tensor:
        return images * self.bias


def test_gradients_of_biases_where_there_are_no_weights() -> None:
    model = Scaled()
    opt = torch.optim.SGD(model.parameters(), 0.1)
    with watch(model, gradients=True, optimizer=opt) as record:
        model(torch.ones(1, 3)).sum().backward()
        opt.step()
    assert record.record.gradients().names == ("model.bias",)
    assert record.record.gradients().norms.tolist() == [[pytest.approx(3**0.5)]]


def test_looking_at_kernels_moves_no_spectral_norm() -> None:
    def normed() -> nn.Sequential:
        model = net()
        parametrizations.spectral_norm(model[0])
        return model

    plain, model = train(normed()), normed()
    with watch(model, kernels=True) as record:
        watched = train(model)
        model.eval()(torch.ones(1, 1, 8, 8))
    assert record.record.kernels().kernels.shape == (2, 4, 1, 3, 3)
    assert all(map(torch.equal, plain, watched))
    model.train()
    assert all(module.training for module in model.modules())


def test_only_passes_in_eval_mode() -> None:
    model = net().eval()
    with watch(model, with_valid=True) as record, torch.inference_mode():
        model(torch.ones(2, 1, 8, 8))
    with pytest.raises(ConfigError, match=r"history\('3', 'valid output'\)"):
        record.layer_stats(-1)
    assert record.record.history("3", "valid output").counts.tolist() == [6]


class Checkpointed(nn.Module):
    def __init__(self, *, use_reentrant: bool) -> None:
        super().__init__()
        self.first, self.middle = nn.Conv2d(1, 2, 1), nn.Conv2d(2, 2, 1)
        self.use_reentrant = use_reentrant

    def forward(self, images: Tensor) -> Tensor:
        return checkpoint(self.middle, self.first(images), use_reentrant=self.use_reentrant)


@pytest.mark.parametrize("use_reentrant", [True, False])
def test_what_is_computed_again_for_the_gradient_counts_once(*, use_reentrant: bool) -> None:
    model = Checkpointed(use_reentrant=use_reentrant)
    with watch(model) as record:
        train(model)
    assert record.layers == ["first", "middle"]
    assert record.layer_stats("middle").counts.tolist() == [6 * 2 * 64] * 2


def test_one_model_watched_twice_and_its_type_changed_in_the_middle() -> None:
    model = net()
    with watch(model) as outer:
        train(model, steps=1)
        with watch(model, modules=nn.Linear, gradients=True) as inner:
            train(model, steps=1)
        model.double()
        model(torch.ones(2, 1, 8, 8, dtype=torch.float64)).sum().backward()
    assert outer.layer_stats(0).counts.tolist() == [864, 864, 288]
    assert inner.layers == ["3"]
    assert inner.record.history(0, quantities.OUTPUT_GRADIENT).counts.tolist() == [18]
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in model.modules())


def test_what_another_hook_makes_of_an_output_is_what_is_counted() -> None:
    model = net()
    model[0].register_forward_hook(lambda layer, given, found: found * 0 + 7)
    with watch(model) as record:
        train(model, steps=1)
    assert record.layer_stats(0).means.tolist() == [7]


def test_statistics_of_a_large_batchnorm_take_a_kilobyte_a_step(tmp_path: Path) -> None:
    wide, narrow = nn.BatchNorm2d(100), nn.BatchNorm2d(42)
    model = nn.Sequential(nn.Conv2d(1, 100, 1), wide, nn.Conv2d(100, 42, 1), narrow)
    with watch(model, norms=True, path=tmp_path) as record:
        for _ in range(56):
            model(torch.randn(2, 1, 2, 2))
    assert record.record.norm("1").steps.tolist() == [*range(50), 51, 54]  # 2,400 bytes each
    assert record.record.norm("3").steps.tolist() == list(range(56))  # 1,008
    assert record.record.norm("1").gammas.shape == (52, 100)


def test_arrays_keep_to_the_steps_that_are_looked_at() -> None:
    seldom = Schedule(every=10)
    looked = [step for step in range(120) if seldom.includes(step) and seldom.keeps(step, 2048)]
    assert looked == [0, 10, 20, 30, 40, 60, 80, 100]
    assert [step for step in range(120) if Schedule(records=4).includes(step)][-2:] == [64, 96]
    assert not Schedule(records=4).keeps(96, 2048)
