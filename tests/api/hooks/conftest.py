"""A job with a hook, and calls of that hook."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.jobs.inputs.inputs import Inputs
from functions.jobs.runs.hook_call import HookCall
from tests.api.conftest import JOB, PATH, Answer, Call

HOOKS = f"{PATH}/hooks"
TOKEN = "x-shiftwork-hook-token"  # noqa: S105 - the header's name
DEPLOY = JOB | {
    "parameters": {"LEVEL": {"default": "info", "allowed": ["info", "debug"]}, "DAY": {}},
    "overrides": ["imageTag"],
    "run": JOB["run"] | {"env": {"ZONE": "UTC"}, "docker": {"image": "registry.example.com/team/app:1"}},
}
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)  # 5 seconds past a minute
Use = Callable[..., Answer]


@pytest.fixture
def job(call: Call) -> dict[str, Any]:
    """A job that can be given something."""
    answer = call("POST", "/v1/jobs", DEPLOY)
    assert answer.status == 201, answer.text
    return dict(answer.json)


@pytest.fixture
def hook(call: Call, job: dict[str, Any]) -> dict[str, Any]:
    """A hook of the job, with its secret: it allows a parameter and a tag, three times a minute."""
    return dict(call("POST", HOOKS, {"parameters": ["LEVEL"], "imageTag": True, "ratePerMinute": 3}).json)


@pytest.fixture
def use(call: Call, hook: dict[str, Any]) -> Use:
    """Call the hook with its secret."""

    def send(body: Any = None, **headers: str) -> Answer:
        return call("POST", f"/hooks/{hook['id']}", body, headers={TOKEN: hook["secret"]} | headers)

    return send


@pytest.fixture
def twice_a_minute(call: Call) -> dict[str, str]:
    """A job's hook, with its secret: it takes two calls a minute."""
    assert call("POST", "/v1/jobs", JOB).status == 201
    return dict(call("POST", f"{PATH}/hooks", {"ratePerMinute": 2}).json)


def a_call(made: dict[str, str], seconds: float, **parameters: str) -> HookCall:
    """A call, so many seconds after MOMENT."""
    now = MOMENT + timedelta(seconds=seconds)
    return HookCall(hook_id=made["id"], secret=made["secret"], inputs=Inputs(parameters=parameters), key=None, now=now)
