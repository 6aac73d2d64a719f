"""The canonical form of cron expressions."""

import pytest

from functions.jobs.cron.expression import Cron


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("* * * * *", "* * * * *"),
        ("*/1 * */1 * */1", "* * * * *"),
        ("*/5 * * * *", "*/5 * * * *"),
        ("/5 * * * *", "*/5 * * * *"),
        ("5/15 * * * *", "5/15 * * * *"),
        ("10-50/05 * * * *", "10-50/5 * * * *"),
        ("  0   9  *  *  1 ", "0 9 * * 1"),
        ("00 09 01 01 07", "0 9 1 1 0"),
        ("0 0 * jan-Mar,DEC fri-MON", "0 0 * 1-3,12 5-1"),
        ("0 0 * * SUN", "0 0 * * 0"),
        ("0 0 * * 6-7", "0 0 * * 6-7"),
        ("0 0 l * *", "0 0 L * *"),
        ("0 0 lw,1w,15 * *", "0 0 LW,1W,15 * *"),
        ("0 0 * * FRIL,7L,mon#2", "0 0 * * 5L,0L,1#2"),
        ("? ? ? ? ?", "* * * * *"),
        ("0 9 ? * MON", "0 9 * * 1"),
        ("0 0 1 1 * 2030", "0 0 1 1 * 2030"),
        ("* * * * * *", "* * * * * *"),
    ],
)
def test_an_expression_is_echoed_as_metronome_does(text: str, canonical: str) -> None:
    assert str(Cron.parse(text)) == canonical
    assert Cron.parse(canonical) == Cron.parse(text), "the canonical form means the same"


def test_a_field_keeps_what_was_written() -> None:
    assert Cron.parse("0 9 * jan-mar mon").month.written == "JAN-MAR"
