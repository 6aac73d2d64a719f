"""What comes between the reading of a hook and the counting of its call."""

from collections.abc import Callable
from contextlib import nullcontext
from itertools import islice

import pytest

from functions.aws.table.hooks import HookTable
from functions.jobs.model.errors import HookNotFoundError, TooManyCallsError
from functions.jobs.model.hook import Hook
from functions.jobs.runs.hook_call import HookCaller, HookDoor
from functions.wiring import platform
from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import MOMENT, a_call


class Overtaken(HookTable):
    """The table, for a caller who is always overtaken by another call, or by what `meanwhile` does."""

    def __init__(self, meanwhile: Callable[[Hook], object]) -> None:
        super().__init__(platform().table)
        self.meanwhile = meanwhile

    def get(self, hook_id: str) -> Hook | None:
        """The hook as it was before the others came."""
        hook = super().get(hook_id)
        if hook:
            self.meanwhile(hook)
        return hook


@pytest.mark.parametrize("others", [1, 2])
def test_a_call_that_others_overtake_looks_again(call: Call, twice_a_minute: dict[str, str], others: int) -> None:
    coming = iter(range(others))
    store = Overtaken(
        lambda _: [platform().hook_caller.call_hook(a_call(twice_a_minute, 0)) for _ in islice(coming, 1)]
    )
    calling = HookCaller(jobs=platform().jobs, door=HookDoor(hooks=store), launcher=platform().launcher)
    with pytest.raises(TooManyCallsError) if others == 2 else nullcontext():
        calling.call_hook(a_call(twice_a_minute, 1))
    assert len(call("GET", f"{PATH}/runs").json) == 2


def test_a_call_with_a_secret_that_is_rotated_meanwhile_is_refused(call: Call, twice_a_minute: dict[str, str]) -> None:
    store = Overtaken(lambda hook: platform().job_hooks.rotate(hook, MOMENT))
    calling = HookCaller(jobs=platform().jobs, door=HookDoor(hooks=store), launcher=platform().launcher)
    with pytest.raises(HookNotFoundError):
        calling.call_hook(a_call(twice_a_minute, 1))
    assert call("GET", f"{PATH}/runs").json == []
