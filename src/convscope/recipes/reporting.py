"""`convscope report`: all that a run kept, on one page."""

from pathlib import Path

from rich.console import Console

from convscope.errors import ConvscopeError
from convscope.recipes.places import refuse_among
from convscope.recipes.saying import say
from convscope.report import write_report
from convscope.runs import RunFolder


def report(run: RunFolder, out: Path | None = None) -> Path:
    """Write the page of a run, from its folder alone.

    Args:
        run: unfinished, failed or without a model it may be: the page says what is missing.
        out: the file; by default report.html in the run's folder.

    Returns:
        The file.

    Raises:
        RunError: the page cannot be written.
        ConfigError: `out` lies among the run's pictures.
    """
    refuse_among(Path(run.about.data), run.report if out is None else out)
    return write_report(run, out)


def reported(run: RunFolder, console: Console) -> None:
    """Write the page when a training ends; what goes wrong is said, for the training is done."""
    try:
        say(console, f"report: {write_report(run)}")
    except (ConvscopeError, OSError) as error:
        say(console, f"no report: {str(error).splitlines()[0]}; convscope report {run.path}")
