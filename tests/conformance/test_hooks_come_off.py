"""However a look inside ends, no hook outlives it, and every tensor of an output is seen."""

import pytest
import torch
from torch import nn

from convscope.probe import watching


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
