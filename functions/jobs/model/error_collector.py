"""Do several acts in turn: one that fails does not keep the others from their turn."""

from collections.abc import Iterator
from contextlib import contextmanager


class ErrorCollector:
    """Keeps the errors of acts until all have had their turn, then raises them together."""

    def __init__(self) -> None:
        self._errors: list[Exception] = []

    @contextmanager
    def collect(self) -> Iterator[None]:
        """Keep the error that the block raises, whatever it is, and go on after the block."""
        try:
            yield
        except Exception as error:  # raise_all raises it
            self._errors.append(error)

    def raise_all(self, message: str) -> None:
        """Raise an ExceptionGroup of the errors that were kept; without any, do nothing."""
        if self._errors:
            raise ExceptionGroup(message, self._errors)
