"""How a recipe talks while it works."""

from rich.console import Console

from convscope.tables import inert


def say(console: Console, text: str) -> None:
    """Print a line as it is: names of files and classes are nobody's markup."""
    console.print(inert(text), markup=False, highlight=False, soft_wrap=True)
