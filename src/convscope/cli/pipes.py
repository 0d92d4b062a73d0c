"""What to do where nobody reads the output any more, as with `convscope runs | head`."""

import os
import sys

UNREAD = 141  # as a shell says it of a program that SIGPIPE ended


def read_no_more() -> None:
    """Let what is still printed go nowhere: whoever read it has closed the pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
