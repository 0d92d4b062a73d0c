"""What a check found, as lines of text."""

import textwrap
from collections.abc import Sequence

from convscope.pictures import Finding
from convscope.words import label

_WIDEST = 100
_NOTES = 5  # lines shown of many


def findings_text(findings: Sequence[Finding], lang: str | None = None) -> str:
    """Write findings under their severity: what is fine in one line each, the others with advice.

    Args:
        findings: in the order wanted; those of one severity together.
        lang: language of the headings, as for `words.label`; the findings are told in English.

    Returns:
        Lines of text, none wider than 100 letters but for long names.

    Example:
        >>> print(
        ...     findings_text([Finding("leak", "serious", "one picture is on both sides", "Why.")])
        ... )
        serious
          one picture is on both sides
            Why.
    """
    lines: list[str] = []
    severity = ""
    for finding in findings:
        if finding.severity != severity:
            severity = finding.severity
            lines.append(label(severity, lang))
        lines += [*_filled(finding.headline, 2), *_filled(finding.advice, 4)]
        lines += [f"    {note}" for note in finding.notes[:_NOTES]]
        if (rest := len(finding.notes) - _NOTES) > 0:
            lines.append("    " + label("more", lang).format(count=f"{rest:,}"))
    return "\n".join(lines)


def _filled(text: str, indent: int) -> list[str]:
    space = " " * indent
    return textwrap.wrap(
        text,
        _WIDEST,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )
