"""The console of the commands: it ends a command whose output nobody reads."""

from typing import NoReturn

from rich.console import Console

from convscope.cli.pipes import UNREAD, read_no_more


class NobodyReadsError(SystemExit):
    """The reader of our output has gone, as in `convscope train flowers | head`.

    Like Ctrl-C it is no failure: a training is interrupted, and can be resumed.
    """

    def __init__(self) -> None:
        super().__init__(UNREAD)

    def __str__(self) -> str:
        return "nobody reads the output"


class Voice(Console):
    """A console that ends the command quietly where rich would end it as failed."""

    def on_broken_pipe(self) -> NoReturn:
        """Leave with the exit code that a shell gives to others in this place."""
        read_no_more()
        raise NobodyReadsError
