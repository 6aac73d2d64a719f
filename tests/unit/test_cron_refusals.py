"""Cron expressions that are refused, and with what sentence."""

import pytest

from functions.jobs.cron.expression import Cron


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("61 * * * *", "minute: '61' is not within 0-59"),
        ("* 24 * * *", "hour: '24' is not within 0-23"),
        ("* * 0 * *", "day-of-month: '0' is not within 1-31"),
        ("* * 32 * *", "day-of-month: '32' is not within 1-31"),
        ("* * 3L * *", "day-of-month: '3L' is not within 1-31, and not L "),
        ("* * * 13 *", "month: '13' is not within 1-12 or JAN-DEC"),
        ("* * * malformed *", "month: 'MALFORMED' is not within 1-12"),
        ("* * * * 8", "day-of-week: '8' is not within 0-7"),
        ("* * * * L", "day-of-week: 'L' is not within 0-7 .* such as 5L"),
        ("0 9 * * none", "day-of-week: 'NONE' is not within 0-7"),
        ("* * * * MON#6", "day-of-week: in 'MON#6' the number after # is not within 1-5"),
        ("* * * * 8#1", "day-of-week: '8' is not within 0-7"),
        ("* * * * * 1969", "year: '1969' is not within 1970-2199"),
        ("* * * * * 2030-2027", "year: the range '2030-2027' runs backwards: write the earlier value first"),
        ("*/0 * * * *", "minute: the step of '\\*/0' is not within 1-60"),
        ("* */25 * * *", "hour: the step of '\\*/25' is not within 1-24"),
        ("*-5 * * * *", "minute: '\\*-5' has \\* in a range"),
        ("1-2-3 * * * *", "minute: '1-2-3' is not a number, a range"),
        ("1,,2 * * * *", "minute: '' is not a number, a range"),
        ("-5 * * * *", "minute: '-5' is not a number"),
        ("* * 1W-5 * *", "day-of-month: '1W' is not within 1-31"),
        ("\u0661 * * * *", "minute: '\u0661' is not a number"),
        (f"{'9' * 5000} * * * *", "cron: longer than 256 characters: use ranges and steps, or several schedules"),
        (f"{'9' * 99} * * * *", "minute: '9+' is not within 0-59"),
        ("", "cron: expected 5 fields .* found 0"),
        ("* * * *", "cron: expected 5 fields .* found 4: for example"),
        ("* * * * * * *", "cron: expected 5 fields .* found 7: for example"),
        ("@daily", "cron: expected 5 fields"),
        ("cron(0 9 * * ? *)", "cron: '\\?' beside a year is AWS's form"),
        ("* * * * ? *", "cron: '\\?' beside a year is AWS's form, which numbers the days differently: write '\\*'"),
        ("0 0 31 2 *", "day-of-month: 31, month 2 is a date that never comes: name one that the calendar has"),
        ("0 0 30-31 2 *", "day-of-month: 30-31, month 2 is a date that never comes"),
        ("0 0 31 4,6,9 *", "day-of-month: 31, month 4,6,9 is a date that never comes"),
        ("0 0 31W feb *", "day-of-month: 31W, month 2 is a date that never comes"),
        ("0 0 1-7 * 1#2", "day-of-month: 1-7, day-of-week 1#2 is a date that never comes"),
        ("0 0 29 2 * 2100", "day-of-month: 29, month 2, year 2100 is a date that never comes"),
        ("0 0 31 2-3 *", "month: of 2-3 only 3 has day 31: write 3 alone"),
        ("0 0 31 11-12 *", "month: of 11-12 only 12 has day 31: write 12 alone"),
    ],
)
def test_a_refusal_names_the_field_and_the_way_out(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^(?:{sentence})"):
        Cron.parse(text)


@pytest.mark.parametrize(
    "text", ["0 0 20-31 2 *", "0 0 31 1-12 *", "0 0 31 * *", "0 0 30 2,3 *", "0 0 29 2-3 *", "0 0 31 11-1 *"]
)
def test_a_date_that_some_month_has_is_taken(text: str) -> None:
    assert str(Cron.parse(text)) == text
