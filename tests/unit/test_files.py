"""A file is written whole or not at all, and everybody may read it who may read its neighbours."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from convscope.files import written


def test_the_old_content_stays_when_the_block_fails(tmp_path: Path) -> None:
    target = tmp_path / "note.txt"
    target.write_text("old")

    def fail_halfway() -> None:
        with written(target) as draft:
            draft.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_library_that_makes_private_files_does_not_decide(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with written(tmp_path / "weights") as draft:
        save_file({"a": torch.zeros(1)}, draft)
    assert (tmp_path / "weights").stat().st_mode == (tmp_path / "plain").stat().st_mode
