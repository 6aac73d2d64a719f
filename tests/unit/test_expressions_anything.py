"""Whatever comes: an expression that reads again as itself, or a ValueError."""

from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.jobs.expressions.expression import parse, parse_cron
from functions.jobs.expressions.timers import MINUTES, SECONDS, read_whole

quick = settings(deadline=None, database=None)
field = st.text("0123456789*?/-,LW#", min_size=1, max_size=4) | st.sampled_from(["*", "1", "MON", "JAN", "2030", "?"])
fields = st.lists(field, min_size=5, max_size=6).map(" ".join)
calls = ["rate(", "cron(", "at(", ")", "@every ", "@daily", "none", "TZ=", "CRON_TZ=UTC ", "Europe/Rome ", " ", "-"]
insides = [
    "5 minutes",
    "1h30m",
    ".5s",
    "0 9 ? * 2-6 *",
    "0 9 * * 1-5",
    "2027-01-31T09:00:00",
    "9" * 300,
    "\u00b5s",
    "\0",
]
pieces = st.sampled_from([*calls, *insides])
texts = st.one_of(
    st.text(max_size=30),
    st.lists(pieces, max_size=5).map("".join),
    fields,
    fields.map("cron({})".format),
    st.builds("rate({} {})".format, st.integers(-1, 10**9), st.sampled_from(["minute", "hours", "days", "seconds"])),
    st.builds("@every {}{}".format, st.decimals(-1, 10**6, places=2), st.sampled_from(["h", "m", "s", "ms", "d"])),
    st.datetimes().map(lambda moment: f"at({moment:%Y-%m-%dT%H:%M:%S})"),
)


@quick
@given(texts)
@example("TZ=Europe/Rome 0 9 * * MON-FRI")
@example("cron(0 9 ? * 6L 2030)")
@example("rate(1 minutes)")
@example(f"rate({'9' * 240} days)")
@example(f"@every {'9' * 5000}h")
@example("TZ=\ud800 0 9 * * *")
@example("TZ=../../etc/passwd 0 9 * * *")
def test_an_expression_reads_again_as_itself_or_is_refused(text: str) -> None:
    try:
        expression = parse(text)
    except ValueError as refusal:
        assert str(refusal)
    else:
        assert parse(expression.text) == replace(expression, timezone=None)
        assert len(expression.aws or "") <= 256


@quick
@given(texts)
def test_metronomes_dialect_refuses_the_rest(text: str) -> None:
    try:
        assert parse_cron(text).text.split(" ")[4:]
    except ValueError as refusal:
        assert str(refusal)


@quick
@given(st.text("0123456789.+-hmnsu\u00b5", max_size=12))
def test_durations_are_read_or_refused(text: str) -> None:
    for unit in (MINUTES, SECONDS):
        try:
            assert read_whole(text, unit) >= 1
        except ValueError as refusal:
            assert str(refusal).startswith(f"'{text}'")


@quick
@given(st.integers(1, 10**4), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(hours: int, minutes: int, seconds: int) -> None:
    assert read_whole(f"{hours}h{minutes}m{seconds}s", SECONDS) == hours * 3600 + minutes * 60 + seconds
    assert read_whole(f"{hours}.5h{minutes}m", MINUTES) == hours * 60 + 30 + minutes
