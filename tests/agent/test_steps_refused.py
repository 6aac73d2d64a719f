"""Steps that the stepper must not run: none of the document's is run."""

from pathlib import Path

import pytest

from tests.agent.orders import Place
from tests.agent.step_documents import command, document, handler, journal


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": "2.0"}, "ERR_INVALID_DOCUMENT"),
        ({"version": 1.0}, "ERR_INVALID_DOCUMENT"),
        ({"steps": []}, "ERR_INVALID_DOCUMENT"),
        ({"steps": "note.sh"}, "ERR_INVALID_DOCUMENT"),
        ({"conditions": [{"key": "os"}]}, "ERR_INVALID_DOCUMENT"),
        ({"finalStep": {"action": {"name": "x", "type": "shell"}}}, "ERR_INVALID_DOCUMENT"),
        ({"finalStep": command("rm,-rf,/")}, "ERR_COMMAND_NOT_ALLOWED"),
        ({"finalStep": handler("none.sh")}, "ERR_HANDLER_NOT_FOUND"),
        ({"finalStep": handler("../journal")}, "ERR_INVALID_DOCUMENT"),
        ({"finalStep": handler("note.sh", path="/bin")}, "ERR_HANDLER_NOT_ALLOWED"),
        ({"finalStep": handler("note.sh", runAsUser="nobody")}, "ERR_USER_NOT_ALLOWED"),
        ({"finalStep": handler("note.sh", allowStdErr="2")}, "ERR_INVALID_DOCUMENT"),
    ],
)
def test_what_is_refused_before_the_first_step(stepper: Place, change: dict[str, object], code: str) -> None:
    outcome = stepper.run({**document(handler("note.sh", "1")), **change})
    assert (outcome.status, outcome.details["errorCode"]) == ("REJECTED", code)
    assert journal(stepper) == []


def test_a_script_that_others_may_write_or_that_is_elsewhere(stepper: Place, tmp_path: Path) -> None:
    script = tmp_path / "steps" / "note.sh"
    script.chmod(0o722)
    assert "chmod 700" in stepper.run(document(handler("note.sh"))).details["reason"]
    script.chmod(0o600)
    assert "chmod 700" in stepper.run(document(handler("note.sh"))).details["reason"]
    (tmp_path / "steps" / "link.sh").symlink_to("/bin/true")
    assert "leads out" in stepper.run(document(handler("link.sh"))).details["reason"]
