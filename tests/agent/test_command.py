"""run-command: the programs that the device allows, and no shell without permission."""

from pathlib import Path

import pytest

from tests.agent.place import Place


@pytest.fixture
def device(place: Place) -> Place:
    place.tables["commands"] = {"allow": ["touch", "false", "/no/such/program"]}
    return place


def test_a_program_gets_its_words_as_they_are(device: Place) -> None:
    target = device.folder / "a; touch b $HOME"
    outcome = device.run({"operation": "run-command", "command": ["touch", str(target)]})
    assert (outcome.status, outcome.details) == ("SUCCEEDED", {"exitCode": "0"})
    assert target.exists()


@pytest.mark.parametrize(
    ("command", "status", "code"),
    [
        (["false"], "FAILED", "ERR_COMMAND_FAILED"),
        (["/no/such/program"], "FAILED", "ERR_SYSTEM_CALL_FAILED"),
        (["/usr/bin/touch", "x"], "REJECTED", "ERR_COMMAND_NOT_ALLOWED"),
        (["sh", "-c", "touch x"], "REJECTED", "ERR_COMMAND_NOT_ALLOWED"),
        ("touch x", "REJECTED", "ERR_COMMAND_NOT_ALLOWED"),
        ([], "REJECTED", "ERR_INVALID_DOCUMENT"),
        ([7], "REJECTED", "ERR_INVALID_DOCUMENT"),
        (["touch\0"], "REJECTED", "ERR_INVALID_DOCUMENT"),
        ({"a": 1}, "REJECTED", "ERR_INVALID_DOCUMENT"),
    ],
)
def test_how_commands_end(device: Place, command: object, status: str, code: str) -> None:
    outcome = device.run({"operation": "run-command", "command": command})
    assert (outcome.status, outcome.details["errorCode"]) == (status, code)


def test_a_shell_line_where_it_is_allowed(device: Place, tmp_path: Path) -> None:
    device.tables["commands"] = {"shell": True}
    outcome = device.run({"operation": "run-command", "command": f"echo ok > {tmp_path}/out && exit 3"})
    assert outcome.details["reason"] == "/bin/sh ended with exit code 3"
    assert (tmp_path / "out").read_text() == "ok\n"
