"""Output in pieces becomes lines."""

import pytest

from local.tasks.lines import LONGEST, batches


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([], []),
        ([b"a\nb\n"], [["a", "b"]]),
        ([b"a", b"b\nc"], [["ab"], ["c"]]),
        ([b"a\r\n\n\nb\n"], [["a", "b"]]),
        ([b"\xff\n"], [["\ufffd"]]),
        ([b"x" * LONGEST, b"y\n"], [["x" * LONGEST], ["y"]]),
        ([b"x" * (LONGEST + 1) + b"\n"], [["x" * LONGEST, "x"]]),
    ],
)
def test_batches(chunks: list[bytes], lines: list[list[str]]) -> None:
    assert list(batches(chunks)) == lines
