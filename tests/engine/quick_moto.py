"""Changes of moto: quick enough for thousands of runs, and like AWS where the engine's tests need it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.stepfunctions.models import Execution


def install(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Change moto until the test ends."""
    patch.setattr(LimitedSizeDict, "__setitem__", dict.__setitem__)  # moto would measure each item
    _stops(patch, now)


def _stops(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Stopping an execution that has ended changes nothing. moto makes it ABORTED."""

    def stop(execution: Execution, *args: Any, **more: Any) -> None:
        if execution.status == "RUNNING":
            execution.status, execution.stop_date = "ABORTED", now()

    patch.setattr(Execution, "stop", stop)
