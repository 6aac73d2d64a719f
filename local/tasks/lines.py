"""Output in pieces, out as complete lines."""

from collections.abc import Iterable, Iterator

# CloudWatch Logs' limit for one event is 256 KiB, of which 26 bytes are counted for its frame ("PutLogEvents").
LONGEST = 262_144 - 26


def batches(chunks: Iterable[bytes]) -> Iterator[list[str]]:
    """The complete lines of each chunk; the last line counts even without its newline.

    Empty lines are left out, as Docker's awslogs driver leaves them out: an event of no bytes is not valid.
    """
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        if lines := _texts(whole):
            yield lines
        if len(rest) >= LONGEST:
            yield _texts([rest])
            rest = b""
    if lines := _texts([rest]):
        yield lines


def _texts(lines: Iterable[bytes]) -> list[str]:
    cut = (line[at : at + LONGEST] for line in lines for at in range(0, len(line), LONGEST))
    return [text for piece in cut if (text := piece.decode(errors="replace").rstrip("\r"))]
