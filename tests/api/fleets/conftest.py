"""A fleet job, and all that carries its runs: the API and the functions, the IoT Core in memory, the executions."""

from datetime import UTC, datetime

import pytest

from functions.aws import clients
from tests.api.conftest import Call
from tests.api.fleets.fleet import Fleet
from tests.engine import quick_moto
from tests.fleets.core import IotCore
from tests.fleets.door import IotDoor
from tests.fleets.waiting import Waiting


@pytest.fixture
def fleet(call: Call, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    """Three pumps in the group `pumps`, and nothing saved yet."""
    quick_moto.install(monkeypatch, lambda: datetime.now(UTC))
    core = IotCore()
    core.add_things("pump-1", "pump-2", "pump-3", group="pumps", kind="pump")
    return Fleet(call, core, IotDoor(core, clients.iot()), Waiting(clients.stepfunctions()))
