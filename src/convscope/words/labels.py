"""Look a label up."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from convscope.errors import ConfigError, account, nearest
from convscope.words.english import ENGLISH
from convscope.words.polish import POLISH

_LANGUAGES = {"en": ENGLISH, "pl": POLISH}
_CHOICE = "CONVSCOPE_LANG"


def label(key: str, lang: str | None = None) -> str:
    """Give what people see for `key`.

    Args:
        key: name of the thing, as in `convscope.words.english`.
        lang: "en" or "pl"; by default the environment's CONVSCOPE_LANG, else English.

    Returns:
        The label in that language.

    Raises:
        ConfigError: there is no such language or no such label.

    Example:
        >>> label("accuracy", "en"), label("accuracy", "pl")
        ('accuracy', 'Dokładność')
    """
    lang = lang or os.environ.get(_CHOICE) or "en"
    if lang not in _LANGUAGES:
        raise ConfigError(_unknown("language", lang, list(_LANGUAGES)))
    labels = _LANGUAGES[lang]
    if key not in labels:
        raise ConfigError(_unknown("label", key, list(labels)))
    return labels[key]


def counted(count: int, things: str, lang: str | None = None) -> str:
    """Say how many there are of something, as the grammar of the language wants it.

    Args:
        count: 0 or more.
        things: "pictures", "classes", "copies": what the label `counted_THINGS` has forms for, one
            for each kind of number, divided by bars.
        lang: as for `label`.

    Returns:
        The number and the thing.

    Raises:
        ConfigError: there is no such language or no such thing.

    Example:
        >>> counted(1, "pictures", "en"), counted(1_002, "pictures", "en")
        ('1 picture', '1,002 pictures')
        >>> [counted(number, "pictures", "pl") for number in (1, 3, 12, 25, 22)]
        ['1 obraz', '3 obrazy', '12 obrazów', '25 obrazów', '22 obrazy']
    """
    forms = label(f"counted_{things}", lang).split("|")
    is_few = 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14  # in Polish; English has no such
    place = 0 if count == 1 else 1 if is_few else 2
    return f"{count:,} {forms[min(place, len(forms) - 1)]}"


@contextmanager
def spoken(lang: str | None) -> Generator[None]:
    """Speak a language until the block ends, in processes that are started there, too.

    Args:
        lang: "en" or "pl"; None leaves the choice to the environment.

    Yields:
        Nothing.

    Example:
        >>> with spoken("pl"):
        ...     label("accuracy")
        'Dokładność'
    """
    before = os.environ.get(_CHOICE)
    if lang is not None:
        os.environ[_CHOICE] = lang
    try:
        yield
    finally:
        if lang is not None and before is None:
            del os.environ[_CHOICE]
        elif lang is not None and before is not None:
            os.environ[_CHOICE] = before


def _unknown(kind: str, name: str, known: list[str]) -> str:
    return account(
        f"no {kind} {name!r}",
        facts={"known": ", ".join(known)},
        because=f"every {kind} has a fixed name",
        fix=nearest(name, known),
    )
