"""The end of the tests' output names what was left out, and what to do about it."""

from types import SimpleNamespace

from tests.closing_lines import STAND_IN, closing_lines


def test_each_reason_is_named_once_with_its_count() -> None:
    skipped = [SimpleNamespace(longrepr=("test.py", 1, f"Skipped: {reason}")) for reason in ("a", "b", "a")]
    assert list(closing_lines({"skipped": skipped})) == ["Skipped: 2 (a); 1 (b)"]


def test_tests_on_a_stand_in_are_counted_by_what_is_missing() -> None:
    passed = [SimpleNamespace(when=when, user_properties=[(STAND_IN, "busybox")]) for when in ("setup", "call", "call")]
    assert list(closing_lines({"passed": passed})) == ["Ran on stand-ins: 2 (install busybox to run them on it)"]


def test_where_all_has_run_nothing_is_said() -> None:
    passed = SimpleNamespace(when="call", user_properties=[])
    assert list(closing_lines({"passed": [passed]})) == []
