"""What a step of the check says if it fails."""


class CheckFailedError(Exception):
    """`next_step` is what to do about it."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.next_step = next_step
