"""At which steps to look."""

from dataclasses import dataclass

from convscope.errors import ConfigError, account

_WHOLE_START = 50  # steps, in which running averages come near to what they average
_KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Schedule:
    """Every step, every `every` steps, or so seldom that a run keeps at most `records`.

    The length of a run need not be known: where there would be too many records, every second one
    is dropped and from then on twice as many steps are left out.

    Attributes:
        every: steps from one record to the next, at least 1; None for each step.
        records: how many to keep, at least 2; between half of them and all are kept. None for any
            number.

    Raises:
        ConfigError: no number of steps, or both are given.

    Example:
        >>> seldom = Schedule(records=4)
        >>> [step for step in range(17) if seldom.includes(step)]
        [0, 1, 2, 3, 4, 6, 8, 12, 16]
        >>> seldom.stride(16)
        8
    """

    every: int | None = None
    records: int | None = None

    def __post_init__(self) -> None:
        both = self.every is not None and self.records is not None
        if both or (self.every or 1) < 1 or self.every == 0 or (self.records or 2) < 2:
            raise ConfigError(
                account(
                    "this says nothing about when to look",
                    facts={"every": self.every, "records": self.records},
                    because="it is every so many steps (1 or more), or so many records a run",
                    fix="every=10, or records=1000",
                )
            )

    def stride(self, step: int) -> int:
        """Say how many steps lie between records when a run has come to `step`.

        Returns:
            At least 1.
        """
        if self.records is None:
            return self.every or 1
        stride = 1
        while step // stride >= self.records:
            stride *= 2
        return stride

    def includes(self, step: int) -> bool:
        """Say whether to look at a step.

        Returns:
            True for the first step and those at the stride.
        """
        return step % self.stride(step) == 0

    def keeps(self, step: int, size_bytes: int) -> bool:
        """Say whether to keep an array, too, of a step that is looked at.

        Args:
            step: which `includes` is true of.
            size_bytes: of the array.

        Returns:
            True for the first 50 steps; then so seldom that arrays take at most 1 KB a record.

        Example:
            >>> [step for step in range(48, 60) if Schedule().keeps(step, 3000)]
            [48, 49, 51, 54, 57]
        """
        every = self.stride(step) * -(-size_bytes // _KILOBYTE)
        return step < _WHOLE_START or step % every == 0
