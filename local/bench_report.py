"""The measured figures, and the table that shows them."""

from collections import Counter
from dataclasses import dataclass
from statistics import median, quantiles

ROW = "{:<48} {:>12} {:>12}"


@dataclass(frozen=True, kw_only=True)
class Single:
    """One trigger: times in seconds since the epoch."""

    run_id: str
    called: float
    answered: float
    started: float


@dataclass(frozen=True, kw_only=True)
class Burst:
    """Many triggers at once: the runs that were answered, and the runs of the processes that started."""

    asked: int
    answered: list[str]
    started: list[str]
    seconds_answered: float
    seconds_started: float

    @property
    def lost(self) -> int:
        """Runs of which no process started."""
        return len(set(self.answered) - set(self.started))

    @property
    def doubled(self) -> int:
        """Processes beyond the first of their run."""
        return sum(count - 1 for count in Counter(self.started).values())

    @property
    def exact(self) -> bool:
        """Every trigger was answered and started one process."""
        return len(set(self.answered)) == self.asked and self.lost == 0 and self.doubled == 0


@dataclass(frozen=True)
class Figures:
    """All of it. Memory is in megabytes, None where it cannot be measured."""

    singles: list[Single]
    burst: Burst
    reads: list[float]
    memory: float | None


def table(figures: Figures, inside: list[tuple[float, float]]) -> str:
    """The table; `inside` has the start of each single's execution and of its task."""
    return "\n".join([ROW.format("", "measured", "goal"), *_rows(figures), "", *_where(figures.singles, inside)])


def _rows(figures: Figures) -> list[str]:
    starts = [single.started - single.called for single in figures.singles]
    burst, count = figures.burst, len(figures.singles)
    return [
        ROW.format(f"trigger to process start, {count} in a row: median", _ms(median(starts)), "< 200 ms"),
        ROW.format("  95th percentile", _ms(_p95(starts)), ""),
        ROW.format(f"burst of {burst.asked}: answered", len(burst.answered), burst.asked),
        ROW.format("  started", len(set(burst.started)), burst.asked),
        ROW.format("  lost", burst.lost, 0),
        ROW.format("  doubled", burst.doubled, 0),
        ROW.format("  all answered after", f"{burst.seconds_answered:.2f} s", ""),
        ROW.format("  all started after", f"{burst.seconds_started:.2f} s", "< 4 s"),
        ROW.format(f"reading a run, {len(figures.reads)} in a row: median", _ms(median(figures.reads)), ""),
        ROW.format("  95th percentile", _ms(_p95(figures.reads)), ""),
        ROW.format("memory of all processes after the burst", _memory(figures.memory), "< 300 MB"),
    ]


def _where(singles: list[Single], inside: list[tuple[float, float]]) -> list[str]:
    pairs = list(zip(singles, inside, strict=True))
    return [
        ROW.format("where the time goes (median since the trigger)", "", ""),
        ROW.format("  the execution starts", _ms(median(at - one.called for one, (at, _) in pairs)), ""),
        ROW.format("  the task is created", _ms(median(at - one.called for one, (_, at) in pairs)), ""),
        ROW.format("  its process has started", _ms(median(one.started - one.called for one in singles)), ""),
        ROW.format("  the API has answered", _ms(median(one.answered - one.called for one in singles)), ""),
    ]


def _memory(megabytes: float | None) -> str:
    return "unknown" if megabytes is None else f"{megabytes:.0f} MB"


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
