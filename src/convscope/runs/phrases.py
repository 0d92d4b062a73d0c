"""Words of a record that are put into a language when they are read, not when they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from convscope.words import label


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are put into a language when they are read.

    Attributes:
        key: of the label.
        values: what stands in its holes: text, phrases, or a sequence of both for a list.
    """

    key: str
    values: Mapping[str, "Name | Sequence[Name]"] = field(default_factory=dict)

    def text(self, lang: str | None = None) -> str:
        """Say it.

        Args:
            lang: as for `words.label`.

        Returns:
            The words.

        Example:
            >>> Phrase("suggestion", {"rate": "0.1"}).text("en")
            'suggested: 0.1'
        """
        filled = {
            name: said(value, lang)
            if isinstance(value, str | Phrase)
            else (", ".join(said(one, lang) for one in value) or label("compare_nobody", lang))
            for name, value in self.values.items()
        }
        return label(self.key, lang).format(**filled)


Name: TypeAlias = str | Phrase
"""What is called alike in every language, or words."""


def said(name: Name, lang: str | None = None) -> str:
    """Say a name.

    Args:
        name: text, which stays as it is, or a phrase.
        lang: as for `words.label`.

    Returns:
        The words.

    Example:
        >>> said("BatchNorm2d", "pl"), said(Phrase("loss"), "pl")
        ('BatchNorm2d', 'strata')
    """
    return name.text(lang) if isinstance(name, Phrase) else name
