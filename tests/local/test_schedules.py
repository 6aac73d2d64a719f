"""The scheduler, with a clock that the test moves."""

from datetime import timedelta

import pytest

from local.schedules.scheduler import MOST_FIRINGS
from tests.local.schedule_rig import ARN, KEY, TARGET, Rig


def test_a_cron_fires_on_the_second_in_its_zone() -> None:
    rig = Rig("2026-07-01T06:59:30")
    rig.put("cron(0/30 9 * * ? *)", "Europe/Rome")
    assert rig.until("2026-07-02T07:00:00") == ["2026-07-01T07:00:00", "2026-07-01T07:30:00", "2026-07-02T07:00:00"]
    assert rig.attempts[0][0] == "2026-07-01T07:00:00Z"


def test_a_local_time_that_the_clocks_skip_does_not_fire() -> None:
    rig = Rig("2026-03-28T00:00:00")
    rig.put("cron(30 2 * * ? *)", "Europe/Rome")
    assert rig.until("2026-03-30T12:00:00") == ["2026-03-28T01:30:00", "2026-03-30T00:30:00"]


def test_a_local_time_that_the_clocks_double_fires_once() -> None:
    rig = Rig("2026-10-24T12:00:00")
    rig.put("cron(30 2 * * ? *)", "Europe/Rome")
    assert rig.until("2026-10-26T12:00:00") == ["2026-10-25T00:30:00", "2026-10-26T01:30:00"]


def test_a_rate_is_elapsed_time_and_fires_at_once() -> None:
    rig = Rig("2026-03-28T12:00:07")
    rig.put("rate(1 day)", "Europe/Rome")
    assert rig.until("2026-03-30T12:00:07") == ["2026-03-28T12:00:07", "2026-03-29T12:00:07", "2026-03-30T12:00:07"]


def test_a_rate_counts_from_its_start_and_ends_with_its_end() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("rate(5 minutes)", start="2026-01-01T00:02:00", end="2026-01-01T00:12:00")
    assert rig.until("2026-01-01T01:00:00") == ["2026-01-01T00:02:00", "2026-01-01T00:07:00", "2026-01-01T00:12:00"]


def test_a_cron_keeps_within_its_dates() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("cron(0 * * * ? *)", start="2026-01-01T02:00:00", end="2026-01-01T03:59:00")
    assert rig.until("2026-01-02T00:00:00") == ["2026-01-01T02:00:00", "2026-01-01T03:00:00"]


def test_at_fires_once_whatever_its_dates() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("at(2026-01-01T09:00:05)", "Europe/Rome", start="2026-02-01T00:00:00")
    assert rig.until("2027-01-01T00:00:00") == ["2026-01-01T08:00:05"]
    assert (rig.done, rig.scheduler.keys()) == ([], [KEY])


def test_a_schedule_can_end_with_its_last_firing() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("cron(0 * * * ? *)", end="2026-01-01T02:00:00", ends_with_last_firing=True)
    rig.until("2026-01-01T01:59:00")
    assert rig.done == []
    rig.until("2026-01-01T02:00:00")
    assert (rig.done, rig.scheduler.keys(), len(rig.fired)) == ([KEY], [], 2)


def test_a_schedule_that_ends_does_so_after_its_retries() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=2)
    rig.put("at(2026-01-01T00:01:00)", ends_with_last_firing=True)
    rig.until("2026-01-01T00:01:01")
    assert (rig.done, rig.fired) == ([], [])
    rig.until("2026-01-01T00:02:00")
    assert (rig.done, rig.fired) == ([KEY], ["2026-01-01T00:01:00"])


def test_the_input_names_the_firing_and_the_attempt() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=1)
    names = ("schedule-arn", "scheduled-time", "execution-id", "attempt-number")
    rig.put("at(2026-01-01T00:01:00)", text=" ".join(f"<aws.scheduler.{name}>" for name in names))
    rig.until("2026-01-01T00:02:00")
    (_, first), (_, second) = rig.attempts
    assert first.split()[:2] == second.split()[:2] == [ARN, "2026-01-01T00:01:00Z"]
    assert (first.split()[3], second.split()[3]) == ("1", "2")
    assert len({first.split()[2], second.split()[2]}) == 2


def test_a_target_is_tried_again_with_growing_pauses_and_then_given_up() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=9)
    rig.put("at(2026-01-01T00:01:00)", retries=3, text='{"at": "<aws.scheduler.scheduled-time>"}')
    rig.until("2026-01-01T01:00:00")
    assert [moment[14:19] for moment, _ in rig.attempts] == ["01:00", "01:01", "01:03", "01:07"]
    ((payload, attributes),) = rig.dead
    assert payload == '{"at": "2026-01-01T00:01:00Z"}'
    assert len(attributes["EXECUTION_ID"]) == 16
    assert {**attributes, "EXECUTION_ID": ""} == {
        "ERROR_CODE": "ResourceNotFoundException",
        "ERROR_MESSAGE": "Function not found",
        "EXECUTION_ID": "",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "IS_PAYLOAD_TRUNCATED": "false",
        "RETRY_ATTEMPTS": "3",
        "SCHEDULED_TIME": "2026-01-01T00:01:00Z",
        "SCHEDULE_ARN": ARN,
        "TARGET_ARN": TARGET,
    }


def test_a_firing_that_is_too_old_is_given_up() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=9)
    rig.put("at(2026-01-01T00:01:00)", longest=timedelta(minutes=1))
    rig.until("2026-01-01T00:01:59")
    assert rig.dead == []
    rig.until("2026-01-01T00:02:00")
    assert len(rig.attempts) == 6
    assert rig.dead[0][1]["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_by_default_there_are_185_retries_in_a_day() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=999)
    rig.put("at(2026-01-01T00:01:00)")
    rig.until("2026-01-02T01:00:00")
    assert 180 <= len(rig.attempts) <= 186
    assert len(rig.dead) == 1


def test_while_one_firing_is_tried_again_others_come_due() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=7)
    rig.put("cron(* * * * ? *)")
    assert rig.until("2026-01-01T00:02:10") == ["2026-01-01T00:02:00", "2026-01-01T00:01:00"]


def test_a_flexible_firing_comes_within_its_window_and_tells_when_it_was_meant() -> None:
    rig = Rig("2026-01-01T00:00:00", chance=0.25)
    rig.put("cron(0 9 * * ? *)", window=timedelta(minutes=10), text="<aws.scheduler.scheduled-time>")
    rig.until("2026-01-01T12:00:00")
    assert rig.attempts == [("2026-01-01T09:02:30Z", "2026-01-01T09:00:00Z")]


def test_a_change_of_the_target_restarts_nothing() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("rate(10 minutes)", text="old")
    rig.until("2026-01-01T00:05:00")
    rig.put("rate(10 minutes)", text="new")
    assert rig.until("2026-01-01T00:10:00") == ["2026-01-01T00:10:00"]
    assert [payload for _, payload in rig.attempts] == ["old", "new"]


def test_a_change_of_the_timing_takes_effect_at_once() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("cron(0 * * * ? *)")
    rig.until("2026-01-01T00:30:00")
    rig.put("cron(45 * * * ? *)")
    assert rig.until("2026-01-01T02:00:00") == ["2026-01-01T00:45:00", "2026-01-01T01:45:00"]


def test_a_disabled_schedule_does_not_fire_and_catches_up_nothing() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("rate(10 minutes)")
    rig.until("2026-01-01T00:01:00")
    rig.put("rate(10 minutes)", enabled=False)
    assert rig.until("2026-01-01T00:35:00") == []
    rig.put("rate(10 minutes)", enabled=True)
    assert rig.until("2026-01-01T01:00:00") == [f"2026-01-01T{time}:00" for time in ("00:40", "00:50", "01:00")]


def test_a_deleted_schedule_neither_fires_nor_tries_again() -> None:
    rig = Rig("2026-01-01T00:00:00", failures=99)
    rig.put("cron(* * * * ? *)")
    rig.until("2026-01-01T00:01:00")
    rig.scheduler.remove(KEY)
    rig.until("2026-01-02T00:00:00")
    assert (len(rig.attempts), rig.dead) == (1, [])


def test_firings_of_several_schedules_are_in_order() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("cron(0/20 * * * ? *)", key=("even",))
    rig.put("cron(10/20 * * * ? *)", key=("odd",))
    assert [time[14:16] for time in rig.until("2026-01-01T01:00:00")] == ["10", "20", "30", "40", "50", "00"]


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan"), 86400 * 401])
def test_the_clock_moves_forward_and_not_too_far(seconds: float) -> None:
    rig = Rig("2026-01-01T00:00:00")
    with pytest.raises(ValueError, match="the clock moves forward"):
        rig.scheduler.advance(seconds)


def test_a_move_ends_after_too_many_firings() -> None:
    rig = Rig("2026-01-01T00:00:00")
    rig.put("cron(* * * * ? *)")
    with pytest.raises(ValueError, match=f"{MOST_FIRINGS} firings"):
        rig.until("2026-01-03T00:00:00")
    assert len(rig.fired) == MOST_FIRINGS
    assert rig.until("2026-01-03T00:00:00")[-1] == "2026-01-03T00:00:00"
