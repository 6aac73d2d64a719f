"""The forms of expressions: what they are called, what AWS is given, what is refused."""

import pytest

from functions.jobs.expressions.expression import parse, parse_cron


@pytest.mark.parametrize(
    ("text", "canonical", "aws"),
    [
        ("@daily", "@daily", "cron(0 0 * * ? *)"),
        ("@every 1h30m", "@every 1h30m", "rate(90 minutes)"),
        ("0 9 * * MON-FRI", "0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"),
        ("rate(1 minutes)", "rate(1 minute)", "rate(1 minute)"),
        ("rate( 05  hour )", "rate(5 hours)", "rate(5 hours)"),
        ("rate(2 days)", "rate(2 days)", "rate(2 days)"),
        ("at( 2027-01-31T09:00:00 )", "at(2027-01-31T09:00:00)", "at(2027-01-31T09:00:00)"),
        ("at(1999-12-31T23:59:59)", "at(1999-12-31T23:59:59)", "at(1999-12-31T23:59:59)"),
        (
            "cron( 0/15   8-17 ? * mon-fri  2030)",
            "cron(0/15 8-17 ? * MON-FRI 2030)",
            "cron(0/15 8-17 ? * MON-FRI 2030)",
        ),
        ("cron(0 9 ? * * *)", "cron(0 9 ? * * *)", "cron(0 9 ? * * *)"),
        ("cron(00 09 ? * 6L *)", "cron(00 09 ? * 6L *)", "cron(00 09 ? * 6L *)"),
        ("cron(0 22-2 ? * FRI-MON *)", "cron(0 22-2 ? * FRI-MON *)", "cron(0 0,1,2,22,23 ? * 1,2,6,7 *)"),
        ("cron(0 9 ? * 2-6/2 *)", "cron(0 9 ? * 2-6/2 *)", "cron(0 9 ? * 2,4,6 *)"),
        ("none", "none", None),
    ],
)
def test_the_canonical_form_and_what_aws_is_given(text: str, canonical: str, aws: str | None) -> None:
    expression = parse(text)
    assert (expression.text, expression.aws) == (canonical, aws)
    assert parse(canonical) == expression


@pytest.mark.parametrize(
    ("text", "aws"),
    [
        ("/5 5/15 * * *", "cron(*/5 5/15 * * ? *)"),
        ("*/60 */24 * * *", "cron(0 0 * * ? *)"),
        (
            "30-10 22-1 * nov-feb *",
            "cron(" + ",".join(map(str, [*range(11), *range(30, 60)])) + " 0,1,22,23 * 1,2,11,12 ? *)",
        ),
        ("00 09 01 * *", "cron(00 09 01 * ? *)"),
        ("0009 9 * * *", "cron(09 9 * * ? *)"),
        ("*,5 9 * * *", "cron(* 9 * * ? *)"),
        ("59-58 5-4 * * 2-1", "cron(* * ? * * *)"),
        ("0 9 * * 0-7", "cron(0 9 ? * 1,2,3,4,5,6,7 *)"),
        ("0 9 * * 5-7", "cron(0 9 ? * 1,6,7 *)"),
        ("0 9 * * sun-tue,SAT", "cron(0 9 ? * SUN-TUE,SAT *)"),
        ("0 9 * * MON#2", "cron(0 9 ? * 2#2 *)"),
        ("0 9 * * FRIL", "cron(0 9 ? * 6L *)"),
        ("0 9 L * *", "cron(0 9 L * ? *)"),
        ("0 9 15W * * 2030-2032", "cron(0 9 15W * ? 2030-2032)"),
        # what AWS has no form for: more days, and is_due_on tells which of them are meant
        ("0 9 LW * *", "cron(0 9 26,27,28,29,30,31 * ? *)"),
        ("0 9 1,L * *", "cron(0 9 1,28,29,30,31 * ? *)"),
        ("0 9 1W,15W * *", "cron(0 9 1,2,3,14,15,16 * ? *)"),
        ("0 9 5,28W * *", "cron(0 9 5,26,27,28,29 * ? *)"),
        ("0 9 31W,5 * *", "cron(0 9 5,29,30,31 * ? *)"),
        ("0 9 * * 1#1,3#3", "cron(0 9 ? * 2,4 *)"),
        # both day fields: the one that fires less often
        ("0 9 1-7 * 1", "cron(0 9 ? * 2 *)"),
        ("0 9 1-4 * 1", "cron(0 9 1-4 * ? *)"),
        ("0 9 1-7 * 1#1", "cron(0 9 ? * 2#1 *)"),
        ("0 9 29-31 2 5,6", "cron(0 9 29-31 2 ? *)"),
        ("0 9 4W * 1#1", "cron(0 9 4W * ? *)"),
        ("0 9 13 * FRI", "cron(0 9 13 * ? *)"),
    ],
)
def test_what_aws_is_given_for_unix_expressions(text: str, aws: str) -> None:
    assert parse(text).aws == parse_cron(text).aws == aws


def test_an_expression_that_grows_too_long_is_written_with_ranges() -> None:
    text = "59-57 23-21 31-29 * *"
    assert parse(text).aws == "cron(0-57,59 0-21,23 1-29,31 * ? *)"
    with pytest.raises(ValueError, match=r"^cron: longer than 256 characters for AWS: use ranges and steps"):
        parse(f"0 9 * * * {','.join(str(year) for year in range(1970, 2068, 2))}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  ", "a schedule cannot be empty: write five fields of cron such as '0 9 \\* \\* 1-5', one of @hourly"),
        ("@every5m", "'@every5m' is not known"),
        ("@every", "'@every' is not known"),
        ("@every 100000000h", "@every: '100000000h' is not a duration"),
        ("@every 1000000h", "@every: an interval is at most 100 years"),
        ("0 9 * *", "cron: expected 5 fields .* found 4"),
        ("9" * 300, "longer than 256 characters"),
        ("rate(0 minutes)", "rate\\(...\\): expected a whole number .* such as rate\\(5 minutes\\)"),
        ("rate(30 seconds)", "rate\\(...\\): .* the shortest is rate\\(1 minute\\)"),
        ("rate(1.5 hours)", "rate\\(...\\): expected a whole number"),
        ("rate(-1 hours)", "rate\\(...\\): expected a whole number"),
        ("rate(999999 days)", "an interval is at most 100 years: use at\\(...\\) for a single firing"),
        ("at(2027-02-30T09:00:00)", "at\\(...\\): 2027-02-30T09:00:00 is a date or time that never comes"),
        ("at(2027-01-31T09:00)", "at\\(...\\): expected yyyy-mm-ddThh:mm:ss without a zone"),
        ("at(2027-01-31T09:00:00Z)", "at\\(...\\): expected yyyy-mm-ddThh:mm:ss without a zone"),
        ("at(9999-12-31T09:00:00)", "at\\(...\\): the year 9999 is not within 1970-2199"),
        ("cron(0 9 * * ?)", "cron\\(...\\): expected 6 fields .* found 5: for example"),
        ("cron(0 9 * * * *)", "cron\\(...\\): exactly one of day-of-month and day-of-week must be '\\?'"),
        ("cron(0 9 1 * 2 *)", "cron\\(...\\): exactly one of day-of-month and day-of-week must be '\\?'"),
        ("cron(0 9 ? * ? *)", "cron\\(...\\): exactly one of day-of-month and day-of-week must be '\\?'"),
        ("cron(? 9 * * ? *)", "cron\\(...\\): only day-of-month or day-of-week can be '\\?'"),
        ("cron(0 9 ? * 0 *)", "day-of-week: '0' is not within 1-7 \\(1 is Sunday\\)"),
        ("cron(0 9 ? * 3#1,6#3 *)", "cron\\(...\\): L, W and # cannot be in a list"),
        ("cron(0 9 1,L * ? *)", "cron\\(...\\): L, W and # cannot be in a list"),
        ("cron(0 9 31 2 ? *)", "day-of-month: 31, month 2 is a date that never comes"),
        (
            "TZ=Europe/Rome none",
            "'none' does not depend on a clock, so it takes no time zone: remove the TZ= before it",
        ),
        ("TZ=Europe/Rome @every 5m", "'@every 5m' does not depend on a clock"),
        ("CRON_TZ=Europe/Rome rate(5 minutes)", "'rate\\(5 minutes\\)' does not depend on a clock"),
        ("TZ=Mars/Base 0 9 * * *", "'Mars/Base' is not a time zone: give one like 'Europe/Rome' or 'UTC'"),
        ("TZ=Europe 0 9 * * *", "'Europe' is not a time zone"),
        ("TZ= 0 9 * * *", "'' is not a time zone"),
        ("TZ=posix/Europe/Rome 0 9 * * *", "'posix/Europe/Rome' is not a time zone"),
        (f"TZ={'A' * 51} 0 9 * * *", "a time zone's name has at most 50 characters"),
        ("TZ=UTC", "'TZ=UTC' is not known"),
        ("TZ=UTC TZ=UTC 0 9 * * *", "minute: 'TZ=UTC' is not a number"),
    ],
)
def test_a_refusal_says_what_to_write(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^(?:{sentence})"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["@daily", "@every 5m", "rate(5 minutes)", "cron(0 9 * * ? *)", "none", "TZ=UTC 0 9 * * *", ""]
)
def test_metronomes_dialect_is_cron_alone(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?:cron|minute|month): "):
        parse_cron(text)


@pytest.mark.parametrize(
    "text", ["TZ=Asia/Tokyo @daily", "TZ=Asia/Tokyo cron(0 9 * * ? *)", "CRON_TZ=Asia/Tokyo  at(2027-01-31T09:00:00)"]
)
def test_a_time_zone_stands_before_what_asks_a_clock(text: str) -> None:
    expression = parse(text)
    assert expression.timezone == "Asia/Tokyo"
    assert not expression.text.startswith("TZ"), "the zone is shown on its own"
    assert parse(expression.text) != expression, "another zone is another schedule"
