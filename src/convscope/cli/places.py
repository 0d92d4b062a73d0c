"""Where a command may write what --out names, asked before the work that it tells of begins."""

from collections.abc import Sequence
from pathlib import Path

from convscope.errors import ConfigError, account

_FORMS = {
    ".html": ("page", "an HTML", (".html", ".htm")),
    ".png": ("figure", "a PNG", (".png",)),
    ".csv": ("table", "a CSV", (".csv",)),
}
_AMONG = "nothing is written into the folder of the pictures"


def output_place(out: Path | None, usual: str) -> Path:
    """Say where to write a page, a figure or a table: its kind is told by the usual name."""
    what, form, suffixes = _FORMS[Path(usual).suffix]
    target = Path(usual) if out is None else out
    folder = target.resolve().parent
    because = ""
    if target.suffix.lower() not in suffixes:
        because = f"the {what} is {form} file"
    elif target.is_dir():
        because = "it is a folder"
    elif not folder.is_dir():
        because = f"there is no folder {folder}"
    if because:
        raise ConfigError(_refusal(target, because, usual))
    return target


def place_beside_picture(out: Path | None, usual: str, picture: Path) -> Path:
    """Say where to write: not over the picture, and not among pictures unless one stands there."""
    target = output_place(out, usual)
    if target.resolve() == picture.resolve():
        raise ConfigError(_refusal(target, "it is the picture itself", usual))
    if target.resolve().parent == picture.resolve().parent != Path.cwd():
        raise ConfigError(_refusal(target, _AMONG, usual))
    return target


def refuse_table_place(out: Path, sources: Sequence[Path]) -> None:
    """Make sure that a table to be written is one, and hits nothing that is read."""
    from convscope import recipes  # which wakes torch

    usual = "predictions.csv"
    target = output_place(out, usual).resolve()
    for source in sources:
        if target == source.resolve():
            raise ConfigError(_refusal(out, "it is what is to be read", usual))
        recipes.refuse_among(source, out)


def _refusal(target: Path, because: str, usual: str) -> str:
    what = _FORMS[Path(usual).suffix][0]
    return account(
        f"the {what} cannot be written there",
        facts={"file": target.resolve()},
        because=because,
        fix=f"--out {usual}",
    )
