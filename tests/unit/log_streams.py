"""Streams that answer as CloudWatch Logs may: gaps, short pages, late lines, tokens that move without lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.run import Attempt, TaskStatus
from functions.jobs.ports.logs import LogPage, LogSpan
from functions.jobs.runs.log import LogPart, LogReader, Room
from functions.jobs.runs.log_source import LogSource

START = datetime(2026, 1, 1, tzinfo=UTC)
SIZE = 5 * 1024 * 1024


def second(number: float) -> datetime:
    return START + timedelta(seconds=number)


@dataclass
class Streams:
    """Lines by stream, as (second, text). Before a line at a place in `gaps`, a page is empty and its token new.

    A page has at most `page` lines. Each line is there at once, unless `shown` has the second from which it is.
    """

    lines: dict[str, list[tuple[float, str]]]
    gaps: set[int] = field(default_factory=set)
    page: int = 10_000
    shown: Mapping[str, float] = field(default_factory=dict)
    now: float = 1e9
    calls: int = 0

    def read(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        self.calls += 1
        there = self._there(stream, span)
        if there is None:
            return LogPage((), token, token)
        place, crossed = _place(token, "f")
        if place in self.gaps and place < len(there) and not crossed:
            return LogPage((), f"f/{place}/1", f"b/{place}/0")
        end = min(len(there), place + min(span.limit, self.page))
        end = min([end, *(gap for gap in self.gaps if place < gap < end)])
        after = f"f/{end}/0" if end > place or token is None else token
        return LogPage(there[place:end], after, f"b/{place}/0")

    def read_back(self, stream: str, token: str | None, span: LogSpan) -> LogPage:
        self.calls += 1
        there = self._there(stream, span)
        if there is None:
            return LogPage((), token, token)
        place, crossed = _place(token, "b") if token else (len(there), 0)
        if place in self.gaps and place > 0 and not crossed:
            return LogPage((), f"f/{place}/0", f"b/{place}/1")
        start = max(0, place - min(span.limit, self.page))
        before = f"b/{start}/0" if start < place or token is None else token
        return LogPage(there[start:place], f"f/{place}/0", before)

    def _there(self, stream: str, span: LogSpan) -> list[tuple[datetime, str]] | None:
        all_lines = self.lines.get(stream)
        if all_lines is None:
            return None
        there = [(second(at), text) for at, text in all_lines if self.shown.get(text, at) <= self.now]
        return [one for one in there if (span.since or START) <= one[0] < (span.until or second(1e9))]


def _place(token: str | None, way: str) -> tuple[int, int]:
    if token is None:
        return 0, 0
    kind, place, crossed = token.split("/")
    if kind != way:
        raise InvalidTokenError("nextToken")
    return int(place), int(crossed)


def attempt(number: int, started: float | None = 0, stopped: float | None = 1) -> Attempt:
    return Attempt(
        number=number,
        version=1,
        task_arn=f"arn:task/{number}",
        status=TaskStatus.FAILED if stopped is not None else TaskStatus.RUNNING,
        started_at=None if started is None else second(started),
        stopped_at=None if stopped is None else second(stopped),
    )


def source(*attempts: Attempt, end: float | None = None, containers: tuple[str, ...] = ("main",)) -> LogSource:
    return LogSource(
        job_id="j",
        run_id="r",
        attempts={one.number: one for one in attempts},
        containers=containers,
        completed_at=None if end is None else second(end),
    )


def reader(streams: Streams, now: float = 1e6, lines: int = 10_000, **span: datetime) -> LogReader:
    return LogReader(logs=streams, room=Room(lines=lines, size=SIZE), now=second(now), **span)


def texts(part: LogPart) -> list[str]:
    return [line.text for line in part.lines]


def whole(streams: Streams, log: LogSource, **given: object) -> list[str]:
    """Read a log part by part until it has ended."""
    token: str | None = None
    found: list[str] = []
    for _ in range(2000):
        part = reader(streams, **given).read(log, token)  # type: ignore[arg-type]
        token, found = part.token, found + texts(part)
        if part.ended:
            return found
    raise AssertionError("the log does not end")
