"""Read the log of a task, attempt by attempt, in parts that a reader can follow while the task runs.

A call of the API starts this. It changes nothing. The rule that keeps lines from getting lost: the next attempt is read
only after the reader has met the end of the one before, at a time when CloudWatch shows all of it. So a token never
goes past what may still come.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from functions.jobs.ports.logs import LogPage, LogSpan, TaskLogs
from functions.jobs.runs.log_source import LogSource, is_past

MAX_LINES = 10_000
# CloudWatch Logs takes some tens of GetLogEvents a second in an account and region (CloudWatch Logs User Guide,
# "CloudWatch Logs quotas"). A round begins only below this number; it has a call or two for each container.
MAX_CALLS = 10
_FIELDS = 250  # bytes that a line needs in an answer beside its text
_MAX_TEXT = 700_000  # characters: each is at most 7 bytes in the JSON within the JSON that a Lambda function returns
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
_FULL = 700_000  # bytes of a page that GetLogEvents may have ended because of its limit of 1 MB


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a container printed in an attempt of a run."""

    at: datetime
    text: str
    attempt: int
    container: str
    run_id: str


@dataclass(frozen=True, slots=True)
class LogPart:
    """A part of a log, the token to continue with, and whether nothing can come after this part."""

    lines: list[LogLine]
    token: str
    ended: bool


@dataclass(kw_only=True, slots=True)
class Room:
    """What an answer still has room for: lines, bytes, and calls of CloudWatch Logs."""

    lines: int
    size: int
    calls: int = MAX_CALLS
    refused: bool = False

    @property
    def is_full(self) -> bool:
        """Whether a reader stopped for lack of room, so that there may be more lines than it returned."""
        return self.refused or self.lines < 1 or self.calls < 1

    def take(self, line: LogLine) -> bool:
        """Take the room that a line needs; return False if it does not fit."""
        text = json.dumps(json.dumps(line.text, ensure_ascii=False), ensure_ascii=False)
        needed = _FIELDS + len(text.encode(errors="replace"))
        if self.lines < 1 or needed > self.size:
            self.refused = True
            return False
        self.lines -= 1
        self.size -= needed
        return True


@dataclass(frozen=True, kw_only=True)
class LogReader:
    """Reads logs into the room of one answer, as they are at `now`: lines from `since` on and before `until`.

    Lines of several containers are in the order of their times. While an attempt goes on, that holds within an answer:
    the next answer has what CloudWatch shows then.
    """

    logs: TaskLogs
    room: Room
    now: datetime
    since: datetime | None = None
    until: datetime | None = None

    def read(self, source: LogSource, token: str | None) -> LogPart:
        """Return the lines after `token` (None: from the first line). Raises InvalidTokenError.

        A part without lines is not the end of the log: there may be more, or more may come, unless it has `ended`.
        """
        number, places = source.place(token)
        lines: list[LogLine] = []
        while number <= source.last:
            if number in source.attempts and not source.is_outside(number, self.since, self.until):
                found, places, at_end = self._attempt(source, number, places)
                lines += found
                if not at_end:
                    return LogPart(lines, source.token(number, places), ended=False)
            if not source.is_closed(number, places, self.now) and not is_past(self.until, self.now):
                return LogPart(lines, source.token(number, places), ended=False)
            number, places = number + 1, {}
        ended = source.is_complete(self.now) or is_past(self.until, self.now)
        return LogPart(lines, source.token(number, places), ended)

    def tail(self, source: LogSource, count: int) -> LogPart:
        """Return the last lines, `count` at most, and the token to follow them with.

        There are fewer lines if the calls are used up, since each attempt that printed little takes some.
        """
        if not source.attempts:
            return self.read(source, None)
        open_ones = (n for n in range(1, source.last) if not source.is_closed(n, {}, self.now))
        newest = next(open_ones, source.last)
        lines: list[LogLine] = []
        places: dict[str, str] = {}
        for number in sorted((n for n in source.attempts if n <= newest), reverse=True):
            wanted = count - len(lines)
            if wanted < 1 or self.room.calls < 1:
                break
            if source.is_outside(number, self.since, self.until):
                continue
            pages = {one: self._back(source.stream(number, one), wanted) for one in source.containers}
            if number == newest:
                places = {one: page.token for one, page in pages.items() if page.token}
            found = list(_merged(source, number, pages))[-wanted:]
            fitting = list(takewhile(self.room.take, reversed(found)))
            lines = [*reversed(fitting), *lines]
            if len(fitting) < len(found):
                break
        return LogPart(lines, source.token(newest, places), ended=False)

    def _attempt(
        self, source: LogSource, number: int, places: dict[str, str]
    ) -> tuple[list[LogLine], dict[str, str], bool]:
        """Return the lines of an attempt after these places, the places after them, and whether that is the end."""
        lines: list[LogLine] = []
        while self.room.calls > 0 and self.room.lines > 0:
            found, after, at_end = self._round(source, number, places)
            lines += found
            if at_end:
                return lines, after, True
            fits = found or after != places
            places = after
            # Whoever follows an attempt that goes on comes again, so its end need not be met at once.
            if not fits or (found and not source.is_closed(number, places, self.now)):
                break
        return lines, places, False

    def _round(
        self, source: LogSource, number: int, places: Mapping[str, str]
    ) -> tuple[list[LogLine], dict[str, str], bool]:
        """Read a page of each container, and keep what fits in the order of time.

        A page of which only a part is kept is read again, with that part as its limit: so CloudWatch gives the place.
        """
        asked = self.room.lines
        pages = {one: self._read(source.stream(number, one), places.get(one), asked) for one in source.containers}
        closed = source.is_closed(number, places, self.now)
        unfinished = [
            page.lines[-1][0] if page.lines else _BEFORE_ALL
            for one, page in pages.items()
            if page.token != places.get(one) and (closed or _is_full(page, asked))
        ]
        kept = self._kept(_merged(source, number, pages), min(unfinished, default=None))
        at_end = True
        after = dict(places)
        for one, page in pages.items():
            got = page
            if kept[one] < len(page.lines):
                at_end = False
                got = LogPage((), places.get(one))
                if kept[one]:
                    got = self._read(source.stream(number, one), places.get(one), kept[one])
            pages[one] = got
            at_end = at_end and got.token == places.get(one)
            if got.token:
                after[one] = got.token
        return list(_merged(source, number, pages)), after, at_end

    def _kept(self, lines: Iterable[LogLine], last: datetime | None) -> Counter[str]:
        """Return how many lines of each container are kept: those that fit, and are not after `last`.

        The lines of an attempt that goes on are not held back for a container that may be silent.
        """
        kept: Counter[str] = Counter()
        for line in lines:
            if (last is not None and line.at > last) or not self.room.take(line):
                break
            kept[line.container] += 1
        return kept

    def _read(self, stream: str, token: str | None, limit: int) -> LogPage:
        self.room.calls -= 1
        return self.logs.read(stream, token, LogSpan(since=self.since, until=self.until, limit=limit))

    def _back(self, stream: str, count: int) -> LogPage:
        """Return the last lines of a stream, `count` at most, with the token after them."""
        token: str | None = None
        after: str | None = None
        lines: list[tuple[datetime, str]] = []
        while True:
            self.room.calls -= 1
            span = LogSpan(since=self.since, until=self.until, limit=count - len(lines))
            page = self.logs.read_back(stream, token, span)
            after = after or page.token
            lines = [*page.lines, *lines]
            if len(lines) >= count or page.before == token or self.room.calls < 1:
                return LogPage(lines, after)
            token = page.before


def _merged(source: LogSource, number: int, pages: Mapping[str, LogPage]) -> Iterable[LogLine]:
    """Merge the lines of containers by time. The lines of one container keep their order."""

    def lines(container: str, page: LogPage) -> Iterator[LogLine]:
        for at, text in page.lines:
            yield LogLine(at, text[:_MAX_TEXT], number, container, source.run_id)

    return heapq.merge(*(lines(one, page) for one, page in pages.items()), key=lambda line: line.at)


def _is_full(page: LogPage, asked: int) -> bool:
    return len(page.lines) >= asked or sum(len(text.encode(errors="replace")) for _, text in page.lines) > _FULL
