"""Logs: nothing is lost or doubled by what CloudWatch and ECS may do, and each answer is bounded."""

import json
import random
from itertools import chain

import pytest

from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.runs.log import MAX_CALLS
from functions.jobs.runs.log_source import packed
from tests.unit.log_streams import SIZE, Streams, attempt, reader, second, source, texts, whole

BOTH = ("main", "side")


@pytest.mark.parametrize("page", [1, 2, 10_000])
def test_an_empty_page_is_not_the_end(page: int) -> None:
    lines = {"j/main/1": [(0.0, "1a"), (1.0, "1b"), (2.0, "1c")], "j/main/2": [(3.0, "2a")]}
    streams = Streams(lines, gaps={0, 1, 2}, page=page)
    assert whole(streams, source(attempt(1), attempt(2), end=9)) == ["1a", "1b", "1c", "2a"]
    assert texts(reader(streams).tail(source(attempt(1), attempt(2), end=9), 3)) == ["1b", "1c", "2a"]


def test_the_end_is_a_token_that_does_not_change_after_the_delay() -> None:
    streams, log = Streams({"j/main/1": [(0.0, "a")]}), source(attempt(1, stopped=1), end=1)
    early = reader(streams, now=5.9).read(log, None)
    assert (texts(early), early.ended) == (["a"], False)
    assert not reader(streams, now=5.9).read(log, early.token).ended
    assert reader(streams, now=6).read(log, early.token).ended
    silent = reader(Streams({}), now=15.9).read(log, None)
    assert not silent.ended, "a stream appears with its first line"
    assert reader(Streams({}), now=16).read(log, silent.token).ended


def test_a_late_line_of_an_attempt_comes_before_the_next_attempt() -> None:
    streams = Streams({"j/main/1": [(0.0, "start"), (1.0, "why it failed")], "j/main/2": [(2.0, "second")]})
    streams.shown, streams.now = {"why it failed": 5}, 3
    log = source(attempt(1, stopped=1), attempt(2, started=2, stopped=None))
    first = reader(streams, now=3).read(log, None)
    again = reader(streams, now=4).read(log, first.token)
    assert (texts(first), texts(again)) == (["start"], [])
    streams.now = 6
    assert texts(reader(streams, now=6).read(log, again.token)) == ["why it failed", "second"]


def test_a_token_from_before_the_first_task_and_attempts_without_a_task() -> None:
    early = reader(Streams({})).read(source(), None)
    streams = Streams({"j/main/2": [(20.0, "two")], "j/main/5": [(60.0, "five")]})
    log = source(attempt(2, 20, 30), attempt(5, 60, 61), end=61)
    assert texts(reader(streams, now=34).read(log, early.token)) == [], "news of attempt 1 may still come"
    assert texts(reader(streams, now=100).read(log, early.token)) == ["two", "five"]
    assert texts(reader(streams, now=100).read(source(attempt(1), attempt(5, 60, 61)), "1:")) == ["five"]


def test_silent_attempts_cost_a_few_calls_a_part_and_are_passed() -> None:
    streams = Streams({"j/main/500": [(0.0, "at last")]})
    log = source(*(attempt(number) for number in range(1, 501)), end=1)
    part = reader(streams).read(log, None)
    assert (part.lines, part.token, streams.calls) == ([], f"{MAX_CALLS + 1}:", MAX_CALLS)
    assert whole(streams, log) == ["at last"]
    streams.calls = 0
    assert texts(reader(streams).tail(log, 5)) == ["at last"]
    assert streams.calls <= MAX_CALLS + 1


def test_a_run_that_was_stopped_goes_on_printing_until_its_task_ends() -> None:
    streams = Streams({"j/main/1": [(0.0, "a"), (100.0, "SIGTERM")]}, now=50)
    log = source(attempt(1, stopped=None), end=10)
    part = reader(streams, now=50).read(log, None)
    streams.now = 110
    more = reader(streams, now=110).read(log, part.token)
    assert (texts(part), texts(more), more.ended) == (["a"], ["SIGTERM"], False)
    assert not reader(streams, now=300).read(log, more.token).ended
    assert reader(streams, now=316).read(log, more.token).ended, "the news of the task's end is lost"


@pytest.mark.parametrize("text", ["\0" * 250_000, '"' * 250_000, "\u2603" * 80_000, "x" * 1_000_000])
def test_a_part_fits_into_an_answer_whatever_its_lines_are(text: str) -> None:
    lines = [(float(number), f"{number}{text}") for number in range(12)]
    streams, log = Streams({"j/main/1": lines}, page=4), source(attempt(1), end=1)
    token: str | None = None
    found: list[str] = []
    for _ in range(50):
        part = reader(streams).read(log, token)
        assert len(json.dumps(json.dumps(texts(part), ensure_ascii=False), ensure_ascii=False).encode()) <= SIZE
        token, found = part.token, found + texts(part)
        if part.ended:
            break
    assert [line[:700_000] for _, line in lines] == found


def test_ten_thousand_lines_and_a_limit() -> None:
    lines = [(float(number), str(number)) for number in range(25_000)]
    log = source(attempt(1, stopped=3e4), end=3e4)
    wanted = [text for _, text in lines]
    assert whole(Streams({"j/main/1": lines}), log) == wanted
    assert whole(Streams({"j/main/1": lines[:300]}, gaps={7}), log, lines=7) == wanted[:300]


def test_the_lines_of_several_containers_are_in_order_from_part_to_part() -> None:
    lines = {f"j/{name}/1": [(n + m / 10, f"{n} {name}") for n in range(0, 100, 3 - m)] for m, name in enumerate(BOTH)}
    ordered = [text for _, text in sorted(chain(*lines.values()))]
    log = source(attempt(1, stopped=200), end=200, containers=BOTH)
    for limit in (1, 7, 1000):
        assert whole(Streams(lines, page=20, gaps={5}), log, lines=limit) == ordered
    assert texts(reader(Streams(lines, gaps={5})).tail(log, 6)) == ordered[-6:]
    part = reader(Streams(lines), lines=7).read(log, None)
    assert [(line.container, line.attempt, line.run_id) for line in part.lines[:2]] == [
        ("main", 1, "r"),
        ("side", 1, "r"),
    ]


def test_the_lines_between_two_times() -> None:
    streams = Streams({f"j/main/{n}": [(n * 1000.0 + m, f"{n}.{m}") for m in range(5)] for n in range(1, 6)})
    log = source(*(attempt(n, n * 1000, n * 1000 + 4) for n in range(1, 6)), end=5004)
    assert whole(streams, log, since=second(3002), until=second(4002)) == ["3.2", "3.3", "3.4", "4.0", "4.1"]
    assert streams.calls <= 4, "attempts of other times are not read"
    open_log = source(attempt(1, 1000, None))
    assert not reader(streams, now=1018, until=second(1004)).read(open_log, "1:f/4/0").ended
    assert reader(streams, now=1019, until=second(1004)).read(open_log, "1:f/4/0").ended, "no earlier line can come"


def test_the_tail_is_followed_without_a_gap() -> None:
    streams = Streams({"j/main/1": [(float(n), str(n)) for n in range(30)], "j/main/2": [(40.0, "40")]}, page=8)
    log = source(attempt(1, stopped=30), attempt(2, 40, None))
    part = reader(streams, now=50).tail(log, 20)
    assert (texts(part), part.ended) == ([*map(str, range(11, 30)), "40"], False)
    streams.lines["j/main/2"].append((51.0, "51"))
    assert texts(reader(streams, now=52).read(log, part.token)) == ["51"]
    assert texts(reader(streams, now=34).tail(log, 2)) == ["28", "29"], "attempt 1 may still have late lines"
    assert texts(reader(streams).tail(source(), 2)) == []


@pytest.mark.parametrize("token", ["", "x", "1", "x:", ":f/1/0", "1:b/1/0", f"{'9' * 10}:"])
def test_what_is_no_token(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        reader(Streams({"j/main/1": [(0.0, "a")]})).read(source(attempt(1)), token)


@pytest.mark.parametrize(
    "token", ["1:f/1/0", f"1:{packed({'other': 'f/1/0'})}", f"1:{packed({'main': 1})}", f"1:{packed([])}"]
)
def test_what_is_no_token_of_several_containers(token: str) -> None:
    with pytest.raises(InvalidTokenError):
        reader(Streams({})).read(source(attempt(1), containers=BOTH), token)


@pytest.mark.parametrize("seed", range(40))
def test_a_follower_gets_each_line_once(seed: int) -> None:
    """Lines are shown up to 4.9 seconds late, news of tasks 3 seconds late, or never; a part has few lines."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    lines: dict[str, list[tuple[float, str]]] = {}
    shown: dict[str, float] = {}
    attempts: list[tuple[int, float, float]] = []
    moment = 0.0
    for number in range(1, chance.randint(2, 6)):
        started, moment = moment, moment + chance.randint(1, 30)
        if chance.random() < 0.25:
            continue
        for name in BOTH:
            times = sorted(chance.uniform(started, moment) for _ in range(chance.randint(0, 9)))
            stream = lines.setdefault(f"j/{name}/{number}", [])
            for at in times:
                late = max(at + chance.uniform(0, 4.9), *(shown[text] for _, text in stream[-1:]), 0)
                stream.append((at, text := f"{number} {name} {at}"))
                shown[text] = late
        attempts.append((number, started, moment))
    streams = Streams(lines, gaps={2, 5}, page=3, shown=shown)
    token: str | None = None
    found: list[str] = []
    for now in range(int(moment) + 30):
        known = [
            attempt(number, started, stopped if stopped + 3 <= now else None)
            for number, started, stopped in attempts
            if started + 3 <= now
        ]
        log = source(*known, end=moment if moment <= now else None, containers=BOTH)
        streams.now, ended = now, False
        for _ in range(9):
            part = reader(streams, now=now, lines=4).read(log, token)
            token, found, ended = part.token, found + texts(part), part.ended
        if ended:
            break
    assert ended
    for name in BOTH:
        wanted = [text for number, *_ in attempts for _, text in lines[f"j/{name}/{number}"]]
        assert [text for text in found if f" {name} " in text] == wanted
