"""Read the logs of a job's runs: one run after the other, the newest first, or those that go on, as they grow.

A call of the API starts this. It changes nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import Run, is_run_id
from functions.jobs.ports.runs import RunFilter, RunStore
from functions.jobs.runs.log import LogLine, LogPart, LogReader
from functions.jobs.runs.log_source import LogSource, packed, unpacked

_RUNS = 20  # that one call looks at, the newest first
_PAGE = 100  # runs: as many as one BatchGetItem reads
_NEW_RUNS = 300  # that one call of a follower can find
_MAX_PAGES = 10  # of the list of runs in one call: a page can be short or empty although runs follow
# What a follower's token has: a place in each stream and the ids of runs. An HTTP API takes 10,240 bytes of URL and
# headers together (API Gateway Developer Guide, "HTTP API quotas").
_MAX_STREAMS = 30
_MAX_READ = 60
_LONG = timedelta(days=1)  # that a run is expected to take at most
_LATE = timedelta(minutes=1)  # how long after its time of creation the table may get a run


@dataclass(frozen=True, kw_only=True, slots=True)
class _Followed:
    """What a follower knows: the runs that it reads, each with its token, and the time from which on runs are new.

    `read` are the runs created since then that it has read to their end.
    """

    since: datetime
    tokens: Mapping[str, str | None]
    read: Collection[str]

    @classmethod
    def of(cls, token: str) -> "_Followed":
        try:
            since, tokens, read = unpacked(token)
            followed = cls(since=datetime.fromtimestamp(since, UTC), tokens=dict(tokens), read=list(read))
            for run_id, place in [*followed.tokens.items(), *((one, None) for one in followed.read)]:
                if not is_run_id(run_id) or not isinstance(place, str | None):
                    raise InvalidTokenError("nextToken")
        except (ValueError, TypeError, OverflowError, OSError) as error:
            raise InvalidTokenError("nextToken") from error
        return followed

    def token(self) -> str:
        return packed([self.since.timestamp(), list(self.tokens.items()), list(self.read)])


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLogReader:
    """Reads the logs of runs of one job. `find` returns what is to be read of a run, or None.

    `tail` limits what the first call returns of a run to its last lines.
    """

    job_id: str
    runs: RunStore
    reader: LogReader
    find: Callable[[Run], LogSource | None]
    tail: int | None = None
    _sources: dict[str, LogSource | None] = field(default_factory=dict)

    def newest_first(self, token: str | None) -> LogPart:
        """Return lines of runs, the newest run first, and of each run the oldest line first. Raises InvalidTokenError.

        If a run that goes on has no more lines at present, the run before it follows. With the reader's `since`, runs
        that started more than a day before it are left out.
        """
        first, colon, place = (token or "").partition(":")
        if token and not (is_run_id(first) and colon):
            raise InvalidTokenError("nextToken")
        since, until = self.reader.since, self.reader.until
        runs, are_all = self._listed(
            _RUNS if since is None else _PAGE,
            RunFilter(job_id=self.job_id, since=since and since - _LONG, until=until, up_to=first or None),
        )
        lines: list[LogLine] = []
        after = token or ""
        for run in runs:
            part = self._part(run, place or None if run.id == first else None, with_tail=not token)
            lines += part.lines
            after = f"{run.id}:{part.token}"
            if not part.ended and (part.lines or self.reader.room.is_full):
                return LogPart(lines, after, ended=False)
        return LogPart(lines, after, ended=are_all)

    def follow(self, token: str | None, active: Collection[str]) -> LogPart:
        """Return the new lines of runs that go on and of runs that are new, in the order of their times.

        The first call takes the active runs and those created at the reader's `since` or later. A later call takes what
        was created meanwhile. It finds new runs by the times in their ids. The id of a queued firing's run is older
        than the run, so a call finds such a run only while it is active. Raises InvalidTokenError.
        """
        now = self.reader.now
        known = _Followed.of(token) if token else _Followed(since=self.reader.since or now, tokens={}, read=())
        found = {run.id: run for run in self._found(known, active)}
        new = [
            run
            for run in sorted(found.values(), key=lambda run: run.created_at)
            if run.id not in known.tokens and run.id not in known.read
            if run.created_at >= known.since or (run.is_active and not token)
        ]
        tokens = {run_id: place for run_id, place in known.tokens.items() if run_id in found}
        waiting = self._admit(new, tokens, found)
        lines, ended = self._read_all(tokens, found, with_tail=not token)
        oldest = [run.created_at for run in waiting[:1]]
        since = min([max(known.since, now - _LATE), *oldest])
        read = [found[one] for one in (*known.read, *ended) if one in found and found[one].created_at >= since]
        read = sorted(read, key=lambda run: run.created_at)[-_MAX_READ:]
        if len(read) == _MAX_READ:
            since = min([read[0].created_at, *oldest])
        after = _Followed(since=since, tokens=tokens, read=[run.id for run in read])
        return LogPart(lines, after.token(), ended=False)

    def _found(self, known: _Followed, active: Collection[str]) -> list[Run]:
        listed, _ = self._listed(_NEW_RUNS, RunFilter(job_id=self.job_id, since=known.since))
        others = {*known.tokens, *sorted(active)[-_PAGE:]} - {run.id for run in listed}
        return listed + (self.runs.get_all((self.job_id, run_id) for run_id in sorted(others)) if others else [])

    def _listed(self, most: int, wanted: RunFilter) -> tuple[list[Run], bool]:
        """Return the newest of the wanted runs, and whether they are all."""
        found: list[Run] = []
        cursor: str | None = None
        for _ in range(_MAX_PAGES):
            page = self.runs.page(PageRequest(limit=min(_PAGE, most - len(found)), cursor=cursor), wanted)
            found += page.items
            cursor = page.cursor
            if cursor is None or len(found) >= most:
                break
        return found, cursor is None

    def _admit(self, new: Sequence[Run], tokens: dict[str, str | None], found: Mapping[str, Run]) -> Sequence[Run]:
        """Add runs to those that are followed while there is room for their streams; return those that wait."""
        streams = sum(self._streams(found[run_id]) for run_id in tokens)
        for place, run in enumerate(new):
            streams += self._streams(run)
            if streams > _MAX_STREAMS and tokens:
                return new[place:]
            tokens[run.id] = None
        return []

    def _read_all(
        self, tokens: dict[str, str | None], found: Mapping[str, Run], *, with_tail: bool
    ) -> tuple[list[LogLine], list[str]]:
        """Read the runs in turn; return the lines and which runs have ended, and leave the others' tokens in `tokens`.

        A run that was read goes to the end of `tokens`: the next call begins with those that had no room.
        """
        lines: list[LogLine] = []
        ended: list[str] = []
        for run_id, place in list(tokens.items()):
            if self.reader.room.is_full:
                break
            part = self._part(found[run_id], place, with_tail=with_tail)
            lines += part.lines
            del tokens[run_id]
            if part.ended:
                ended.append(run_id)
            else:
                tokens[run_id] = part.token
        return sorted(lines, key=lambda line: line.at), ended

    def _source(self, run: Run) -> LogSource | None:
        if run.id not in self._sources:
            self._sources[run.id] = self.find(run)
        return self._sources[run.id]

    def _streams(self, run: Run) -> int:
        source = self._source(run)
        return len(source.containers) if source else 0

    def _part(self, run: Run, token: str | None, *, with_tail: bool) -> LogPart:
        source = self._source(run)
        if source is None:
            return LogPart([], token or "", ended=not run.is_active)
        if with_tail and self.tail is not None:
            return self.reader.tail(source, self.tail)
        return self.reader.read(source, token)
