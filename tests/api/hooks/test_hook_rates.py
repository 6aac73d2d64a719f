"""How often a hook may be called: fixed minutes, each with as many calls as the hook's owner said."""

from collections.abc import Callable

import pytest

from functions.jobs.model.errors import InvalidError, TooManyCallsError
from functions.wiring import platform
from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import a_call

At = Callable[..., object]


@pytest.fixture
def at(twice_a_minute: dict[str, str]) -> At:
    """Call the hook, so many seconds after MOMENT."""
    return lambda seconds, **parameters: platform().hook_caller.call_hook(a_call(twice_a_minute, seconds, **parameters))


def refused(at: At, seconds: float) -> int:
    """After how many seconds a call that is refused is to come again."""
    with pytest.raises(TooManyCallsError) as error:
        at(seconds)
    return error.value.retry_after


def test_each_minute_takes_as_many_calls(call: Call, at: At) -> None:
    at(0)
    at(20)
    assert [refused(at, seconds) for seconds in (21, 54, 54.9)] == [34, 1, 1]
    at(55)
    at(114.9)
    assert refused(at, 114.9) == 1
    at(115)
    assert len(call("GET", f"{PATH}/runs").json) == 5


def test_a_call_that_starts_no_run_counts(at: At) -> None:
    for _ in range(2):
        with pytest.raises(InvalidError):
            at(0, UNKNOWN="x")
    assert refused(at, 0) == 55


def test_a_clock_that_is_behind_gets_no_minute_of_its_own(at: At) -> None:
    at(0)
    at(56)
    at(54)
    assert refused(at, 54) == 61
    assert refused(at, 56) == 59
