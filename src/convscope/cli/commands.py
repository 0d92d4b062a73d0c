"""The list of commands: one line for each."""

from typing import Annotated, Literal

from cyclopts import App, Parameter

import convscope
from convscope.cli.caching import cache
from convscope.cli.chapter import chapter
from convscope.cli.checking import check
from convscope.cli.comparing import compare
from convscope.cli.explaining import explain
from convscope.cli.exporting import export
from convscope.cli.kernels import kernels
from convscope.cli.look import look
from convscope.cli.options import converted
from convscope.cli.predicting import predict
from convscope.cli.reporting import report
from convscope.cli.speaking import Voice
from convscope.cli.summary import summary
from convscope.cli.trace import trace
from convscope.cli.training import demo, lr_find, train
from convscope.cli.using import env, evaluate, runs
from convscope.words import spoken

Words = Annotated[str, Parameter(show=False, allow_leading_hyphen=True)]
Lang = Annotated[
    Literal["en", "pl"] | None,
    Parameter(help="Language of tables and figures: English or Polish; else CONVSCOPE_LANG."),
]

app = App(
    name="convscope",
    version=convscope.__version__,
    help="See-through convolutional networks: a folder of pictures in, a trained classifier and a "
    "record of everything that happened inside it out.\n\nExample: convscope train flowers/",
    default_parameter=Parameter(converter=converted),
    console=Voice(),
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # `main` says what happened
)

for command in (
    chapter,
    check,
    train,
    demo,
    lr_find,
    evaluate,
    predict,
    explain,
    export,
    report,
    compare,
    look,
    trace,
    summary,
    runs,
    cache,
    kernels,
    env,
):
    app.command(command)
app.register_install_completion_command(
    help="Let bash, zsh or fish complete commands and options with the Tab key."
)

app.meta.suppress_keyboard_interrupt = False
app.meta.end_of_options_delimiter = ""  # the command itself has to see it


@app.meta.default
def in_language(*words: Words, lang: Lang = None) -> int:
    """Run a command, every one of which takes `--lang`."""
    with spoken(lang):
        return app(words, exit_on_error=False, print_error=False)
