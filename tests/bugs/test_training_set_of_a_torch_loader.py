"""`learn.validate(ds_idx=0)` died on a torch DataLoader: 'bool' object is not callable.

Our loader has a method `in_order`; torch's has, since 2.6, an attribute of that name, a bool.
"""

import torch
from torch.utils.data import DataLoader, TensorDataset

from convscope.train import Learner, Splits
from tests.conftest import small_net


def test_it_is_measured() -> None:
    pictures = TensorDataset(torch.rand(10, 1, 8, 8), torch.arange(10) % 3)
    learn = Learner(Splits(DataLoader(pictures, 4), []), small_net(), quiet=True)
    assert len(learn.validate(ds_idx=0)) == 1
    assert learn.get_preds(ds_idx=0)[1].tolist() == [*(torch.arange(10) % 3)]
