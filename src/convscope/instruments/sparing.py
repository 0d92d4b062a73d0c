"""A look that fails must not take the training with it."""

import logging
from collections.abc import Callable

_log = logging.getLogger("convscope")


class Sparing:
    """Let no error of a look reach the training; the first one is told.

    Args:
        complaint: what the failure means.

    Attributes:
        has_failed: there was an error.

    Example:
        >>> logging.getLogger("convscope").setLevel(logging.ERROR)
        >>> Sparing().of(lambda: 1 / 0)()
        >>> logging.getLogger("convscope").setLevel(logging.NOTSET)
    """

    def __init__(self, complaint: str = "something in it cannot be recorded") -> None:
        self.complaint = complaint
        self.has_failed = False

    def of(self, look: Callable[..., None]) -> Callable[..., None]:
        """Wrap what a hook calls.

        Args:
            look: if its first argument is a text, that is the layer that is named.

        Returns:
            The same, without its exceptions; Ctrl-C is none of them.
        """

        def spare(*given: object) -> None:
            try:
                look(*given)
            except Exception as error:  # noqa: BLE001 - whatever a layer may give
                self._tell(error, given)

        return spare

    def _tell(self, error: Exception, given: tuple[object, ...]) -> None:
        if self.has_failed:
            return
        self.has_failed = True
        _log.warning(
            "training goes on, but %s (%s: %s)%s",
            self.complaint,
            type(error).__name__,
            (str(error).splitlines() or [""])[0],
            f"; layer {given[0]}" if given and isinstance(given[0], str) else "",
        )
