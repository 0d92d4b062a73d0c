"""One picture in different batches: BatchNorm makes of it what its company is."""

import pytest
import torch
from torch import nn

from convscope.errors import ConfigError, ShapeError
from convscope.figures import picture_in_batches as drawn
from convscope.instruments import picture_in_batches


def net() -> nn.Sequential:
    torch.manual_seed(0)
    layers = [nn.BatchNorm2d(1), nn.ReLU(inplace=True), nn.Dropout(0.5), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(4, 2))


def pictures(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32).reshape(-1, 1, 1, 1).expand(-1, 1, 2, 2)


def test_the_maps_are_worked_out_by_hand() -> None:
    model = net()
    model.load_state_dict(
        {"0.running_mean": torch.tensor([2.0]), "0.running_var": torch.tensor([4.0])}, strict=False
    )
    batches = [pictures(9, 5), pictures(9, -5)]
    record = picture_in_batches(model, pictures(3), batches, "0")
    # (3 - 4) / 1, (3 - -1) / 4, and in validation (3 - 2) / 2; the ReLU in place comes later
    assert record.maps.mean(axis=(1, 2)) == pytest.approx([-1, 1], rel=1e-4)
    assert record.alone.mean() == pytest.approx(0.5, rel=1e-4)
    assert (record.name, record.channel) == ("0", 0)
    assert [float(bar.get_height()) for bar in drawn(record).axes[-2].patches] == pytest.approx(  # pyright: ignore[reportAttributeAccessIssue]
        [1.5, 0.5], rel=1e-3
    )


def test_the_model_stays_as_it_is() -> None:
    model = net().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    dice = torch.get_rng_state()
    picture_in_batches(model, pictures(3), [pictures(1, 2, 3)] * 3, nn.BatchNorm2d)
    assert all(module.training for module in model.modules())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), dice)
    assert not any(module._forward_hooks for module in model.modules())


def test_without_batch_norm_company_changes_nothing() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 2), nn.Dropout(0.5))
    record = picture_in_batches(model, pictures(3), [pictures(1, 2), pictures(7, 9)], "0", 1)
    assert (record.maps == record.alone).all()


def test_what_cannot_be_shown_is_told() -> None:
    model = net()
    with pytest.raises(ConfigError, match="no such layer"):
        picture_in_batches(model, pictures(3), [pictures(1)], "7")
    with pytest.raises(ConfigError, match=r"no channel 5(.|\n)*0 to 0"):
        picture_in_batches(model, pictures(3), [pictures(1)], "0", 5)
    with pytest.raises(ShapeError, match="gives no maps"):
        picture_in_batches(model, pictures(3), [pictures(1)], "4")
    with pytest.raises(ConfigError, match="no batch"):
        picture_in_batches(model, pictures(3), [], "0")
