"""A page is one file: a template, what it says, and the pictures inside it."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from unicodedata import bidirectional

from jinja2 import Environment, PackageLoader, StrictUndefined

import convscope
from convscope.errors import RunError, account
from convscope.files import written
from convscope.tables import one_line, percent
from convscope.words import label


def page(template: str, *, title: str, lang: str | None = None, **content: object) -> str:
    """Fill a template of `report/templates` that extends `base.html.j2`.

    Whatever is filled in is text: names of files and classes cannot become tags.

    Args:
        template: the file's name.
        title: of the page.
        lang: as for `words.label`; templates get their labels through `label(key)`.
        **content: what else the template asks for.

    Returns:
        A page that loads nothing from anywhere.

    Raises:
        ConfigError: there is no such language.
    """

    def worded(key: str, **values: object) -> str:
        text = label(key, lang)
        return text.format(**values) if values else text

    language = label("language_code", lang)
    made = {"lang": language, "version": convscope.__version__, "label": worded}
    return _templates().get_template(template).render(title=title, **made, **content)


def isolated(name: str) -> str:
    r"""Write the name of a class so that it cannot change how the words around it are read.

    A name in Hebrew would have "90.2 %" behind it set as "% 90.2", one with an override "2.09".

    Args:
        name: it may hold anything.

    Returns:
        The name; control characters as their escapes, and isolated if it is written right to left.

    Example:
        >>> isolated("rose"), isolated("\u202erose"), isolated("\u05d0")
        ('rose', '\\u202erose', '\u2068א\u2069')
    """
    plain = one_line(name)
    turns = any(bidirectional(sign) in _RIGHT_TO_LEFT for sign in plain)
    return f"\u2068{plain}\u2069" if turns else plain


def unbroken(share: float) -> str:
    r"""Write a share that stays on one line, also under a narrow picture.

    Args:
        share: 0..1.

    Returns:
        As `tables.percent` has it, with a space that does not break.

    Example:
        >>> unbroken(0.5)
        '50.0\xa0%'
    """
    return percent(share).replace(" ", "\u00a0")


_RIGHT_TO_LEFT = {"R", "AL", "AN"}


def script(name: str) -> tuple[str, str]:
    """Read a script of `report/templates`, and what lets a browser run it and no other.

    Args:
        name: of the file.

    Returns:
        Its text, and the source expression for it in a Content-Security-Policy.

    Example:
        >>> script("run.js")[1][:7]
        'sha256-'
    """
    text = (files("convscope.report") / "templates" / name).read_text(encoding="utf-8")
    return text, f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def write_page(html: str, target: Path) -> None:
    """Write a page whole or not at all.

    Args:
        html: the page.
        target: the file to write or replace.

    Raises:
        RunError: it cannot be written.
    """
    try:
        with written(target) as draft:
            # some names of files are no text
            draft.write_text(html, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        message = account(
            "the page cannot be written",
            facts={"file": target},
            because=error.strerror or str(error),
            fix="--out with another place",
        )
        raise RunError(message) from error


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("convscope.report"),
        autoescape=True,  # whatever the file is called
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
