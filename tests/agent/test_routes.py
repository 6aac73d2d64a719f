"""Which documents a device takes."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.running.launcher import route
from tests.agent.configs import config
from tests.agent.place import Place

HANDLERS = {"customJob": {"function": "valves:custom_job", "seconds": 60, "restart": "again"}}


@pytest.mark.parametrize(
    ("document", "code", "told"),
    [
        (None, "ERR_INVALID_DOCUMENT", "is not a JSON object"),
        ("reboot", "ERR_INVALID_DOCUMENT", "is not a JSON object"),
        ([], "ERR_INVALID_DOCUMENT", "is not a JSON object"),
        ({}, "ERR_INVALID_DOCUMENT", "has neither an operation nor steps"),
        ({"operation": 7}, "ERR_INVALID_DOCUMENT", "has neither an operation nor steps"),
        ({"operation": "melt"}, "ERR_UNKNOWN_OPERATION", r"does not know operation 'melt'. Add \[handlers.melt\]"),
        ({"operation": "reboot"}, "ERR_UNKNOWN_OPERATION", "does not allow operation 'reboot'. Add it to"),
        ({"steps": []}, "ERR_UNKNOWN_OPERATION", "does not allow operation 'steps'"),
        ({"operation": "systemStatus", "timeoutSeconds": 0}, "ERR_INVALID_DOCUMENT", "timeoutSeconds"),
        ({"operation": "systemStatus", "timeoutSeconds": "9"}, "ERR_INVALID_DOCUMENT", "timeoutSeconds"),
    ],
)
def test_what_is_refused(tmp_path: Path, document: object, code: str, told: str) -> None:
    with pytest.raises(RefusedError, match=told) as error:
        route(config(tmp_path), document)
    assert error.value.code == code


def test_a_document_may_shorten_its_time_only(tmp_path: Path) -> None:
    found = config(tmp_path, handlers=HANDLERS)
    assert route(found, {"operation": "customJob"}).seconds == 60
    assert route(found, {"operation": "customJob", "timeoutSeconds": 5}).seconds == 5
    assert route(found, {"operation": "customJob", "timeoutSeconds": 500}).seconds == 60
    assert route(found, {"operation": "systemStatus"}).seconds == 3600


def test_each_operation_has_a_function(place: Place) -> None:
    """The handler refuses the empty document. So there is a handler for each operation."""
    for operation in ("install", "download-file", "run-command", "start", "stop", "restart", "steps"):
        outcome = place.run({"operation": operation})
        assert outcome.status == "REJECTED"
        assert outcome.details["errorCode"] in ("ERR_INVALID_DOCUMENT", "ERR_UNNAMED_PACKAGE")
