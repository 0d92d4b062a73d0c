"""However a look inside ends, no hook outlives it, and every tensor of an output is seen."""

from collections.abc import Callable
from contextlib import suppress

import pytest
import torch
from torch import nn

from convscope.instruments import ActivationStats, watch
from convscope.probe import watching
from convscope.train import Callback, Learner, StopEpoch, StopFit, Training


class Two(nn.Module):
    """Return a dictionary with a tuple in it."""

    def forward(self, images: torch.Tensor) -> dict[str, object]:
        return {"pair": (images, images + 1), "name": "two", "list": [images + 2]}


def hooks(model: nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in model.modules())


@pytest.mark.parametrize("error", [None, ZeroDivisionError(), KeyboardInterrupt()])
def test_no_hook_is_left(error: BaseException | None) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    seen: list[str] = []

    def look() -> None:
        with watching(dict(model.named_children()), lambda name, _: seen.append(name)):
            assert hooks(model) == 2
            model(torch.zeros(1, 2))
            if error is not None:
                raise error

    if error is None:
        look()
    else:
        with pytest.raises(type(error)):
            look()
    assert hooks(model) == 0
    assert seen == ["0", "1"]


def test_every_tensor_of_an_output_is_seen_without_its_graph() -> None:
    model = Two()
    seen: list[torch.Tensor] = []
    with watching({"two": model}, lambda _, output: seen.append(output)):
        model(torch.zeros(1, requires_grad=True))
    assert [tensor.item() for tensor in seen] == [0, 1, 2]
    assert not any(tensor.requires_grad for tensor in seen)


def test_meta_the_counter_can_see_a_leak() -> None:
    model = nn.ReLU()
    model.register_forward_hook(lambda *_: None)
    assert hooks(model) == 1


def any_hooks(model: nn.Module) -> int:
    kinds = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    return sum(len(getattr(module, kind)) for module in model.modules() for kind in kinds)


EVERYTHING: dict[str, bool] = {
    "with_valid": True,
    "gradients": True,
    "updates": True,
    "norms": True,
    "kernels": True,
}


@pytest.mark.parametrize("error", [None, ZeroDivisionError(), KeyboardInterrupt()])
def test_watch_comes_off(error: BaseException | None) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())
    opt = torch.optim.SGD(model.parameters(), 0.1)

    def look() -> None:
        with watch(model, optimizer=opt, **EVERYTHING):  # pyright: ignore[reportArgumentType]
            assert any_hooks(model) == 5
            model(torch.randn(2, 1, 5, 5)).sum().backward()
            opt.step()
            if error is not None:
                raise error

    if error is None:
        look()
    else:
        with pytest.raises(type(error)):
            look()
    assert any_hooks(model) == 0
    assert not opt._optimizer_step_pre_hooks
    assert not opt._optimizer_step_post_hooks


class Ending(Callback):
    """End a fit in the middle of a batch."""

    def __init__(self, moment: str, error: BaseException | None) -> None:
        self.moment, self.error = moment, error

    def _end(self, moment: str) -> None:
        if moment == self.moment and self.error is not None:
            raise self.error

    def after_pred(self, training: Training) -> None:
        self._end("after_pred")

    def after_step(self, training: Training) -> None:
        self._end("after_step")

    def after_valid_batch(self, training: Training) -> None:
        self._end("after_valid_batch")


@pytest.mark.parametrize("moment", ["after_pred", "after_step", "after_valid_batch"])
@pytest.mark.parametrize(
    "error", [None, StopFit(), StopEpoch(), ZeroDivisionError(), KeyboardInterrupt()]
)
def test_activation_stats_come_off_and_change_no_bit(
    make_learner: Callable[..., Learner], moment: str, error: BaseException | None
) -> None:
    stats = ActivationStats(**EVERYTHING)  # pyright: ignore[reportArgumentType]
    plain, watched = (make_learner(cbs=[*cbs, Ending(moment, error)]) for cbs in ([], [stats]))
    for learn in (plain, watched):
        torch.manual_seed(3)
        with suppress(ZeroDivisionError, KeyboardInterrupt, StopEpoch):
            learn.fit(2, 0.1)
    assert any_hooks(watched.model) == 0
    assert not watched.opt._optimizer_step_pre_hooks
    pairs = zip(plain.model.state_dict().values(), watched.model.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    pairs = zip(plain.model.parameters(), watched.model.parameters(), strict=True)
    for one, other in pairs:
        assert (one.grad is None) == (other.grad is None)
        assert one.grad is None or torch.equal(one.grad, other.grad)  # pyright: ignore[reportArgumentType]
    assert len(stats.layer_stats(0)) >= 1
