"""Documents with steps, as AWS's device client and AWS's managed templates have them."""

import getpass
from pathlib import Path

import pytest

from shiftwork_agent.jobs.ports import Resumption
from tests.agent.place import Place


@pytest.fixture
def stepper(place: Place) -> Place:
    """A device with the scripts note.sh, which writes its arguments to a journal, fail.sh and complain.sh."""
    folder = place.folder / "steps"
    folder.mkdir(mode=0o700)
    journal = place.folder / "journal"
    scripts = {"note.sh": f'echo "$@" >> {journal}', "fail.sh": "exit 4", "complain.sh": "echo a >&2; echo b >&2"}
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    place.tables["steps"] = {"handlers": "steps"}
    place.tables["commands"] = {"allow": ["touch"]}
    return place


def handler(name: str, *args: str, **more: object) -> dict[str, object]:
    path = {"path": more.pop("path")} if "path" in more else {}
    given = {"handler": name, "args": list(args), **path}
    return {"action": {"name": f"run {name}", "type": "runHandler", "input": given, **more}}


def command(text: str, **more: object) -> dict[str, object]:
    return {"action": {"name": "command", "type": "runCommand", "input": {"command": text}, **more}}


def document(*steps: object, **more: object) -> dict[str, object]:
    return {"version": "1.0", "steps": list(steps), **more}


def journal(place: Place) -> list[str]:
    path = place.folder / "journal"
    return path.read_text().splitlines() if path.exists() else []


def test_steps_run_in_turn_with_the_final_one_last(stepper: Place) -> None:
    me = getpass.getuser()
    steps = (handler("note.sh", "1", path="default"), handler("note.sh", "2 3", runAsUser=me))
    outcome = stepper.run(document(*steps, finalStep=handler("note.sh", "end", path=str(stepper.folder / "steps"))))
    assert outcome.status == "SUCCEEDED"
    assert journal(stepper) == [" 1", f"{me} 2 3", " end"]  # the user comes first, as with AWS's device client
    assert [told.get("progress") for told in stepper.told] == ["0", "33", "66", "100"]


def test_a_step_that_fails_ends_the_job(stepper: Place) -> None:
    outcome = stepper.run(document(handler("fail.sh"), handler("note.sh", "1"), finalStep=handler("note.sh", "end")))
    assert (outcome.status, outcome.details["reason"]) == ("FAILED", "Step 'run fail.sh' ended with exit code 4")
    assert journal(stepper) == []


@pytest.mark.parametrize("value", ["true", True])
def test_a_failure_may_be_ignored(stepper: Place, value: object) -> None:
    steps = (handler("fail.sh", ignoreStepFailure=value), handler("note.sh", "1"))
    assert stepper.run(document(*steps)).status == "SUCCEEDED"
    assert journal(stepper) == [" 1"]


@pytest.mark.parametrize(("allowed", "status"), [(None, "SUCCEEDED"), (2, "SUCCEEDED"), (1, "FAILED"), (0, "FAILED")])
def test_lines_of_standard_error(stepper: Place, allowed: int | None, status: str) -> None:
    more = {} if allowed is None else {"allowStdErr": allowed}
    assert stepper.run(document(handler("complain.sh", **more))).status == status


def test_a_command_is_words_between_commas(stepper: Place) -> None:
    outcome = stepper.run(document(command(f"touch, {stepper.folder}/a\\,b,{stepper.folder}/c d")))
    assert outcome.status == "SUCCEEDED"
    assert {path.name for path in stepper.folder.iterdir()} >= {"a,b", "c d"}


def test_steps_that_lost_their_place_do_not_restart_the_machine_again(stepper: Place) -> None:
    """The state folder did not survive the restart. Only the job's details tell that the machine restarted."""
    outcome = stepper.run(document(handler("note.sh", "1"), handler("reboot.sh")), Resumption(True, True))
    assert (outcome.status, outcome.then, outcome.details["errorCode"]) == ("FAILED", None, "ERR_INTERRUPTED")
    assert journal(stepper) == []


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


def test_the_agents_own_user_is_not_what_the_environment_says(stepper: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    outcome = stepper.run(document(handler("note.sh", runAsUser="somebody")))
    assert outcome.details["errorCode"] == "ERR_USER_NOT_ALLOWED"
    assert journal(stepper) == []


def test_a_folder_that_others_may_put_scripts_in(stepper: Place) -> None:
    folder = stepper.folder / "steps"
    folder.chmod(0o777)
    outcome = stepper.run(document(handler("note.sh")))
    assert (outcome.status, journal(stepper)) == ("REJECTED", [])
    assert outcome.details["reason"].endswith(f"chmod 700 {folder}")


REBOOTED = Resumption(wanted_reboot=True, rebooted=True)


def test_the_scripts_of_aws_templates_need_not_be_there(stepper: Place) -> None:
    stepper.tables["services"] = {
        "allow": ["web"],
        "command": ["/bin/sh", "-c", f'echo "$@" >> {stepper.folder}/journal'],
    }
    assert stepper.run(document(handler("restart-services.sh", "web"))).status == "SUCCEEDED"
    assert journal(stepper) == ["web"]
    reason = stepper.run(document(handler("install-packages.sh", "web"))).details["reason"]
    assert reason.startswith("There is no handler 'install-packages.sh' in ")


def test_a_reboot_in_the_middle(stepper: Place) -> None:
    steps = document(handler("note.sh", "1"), handler("reboot.sh"), handler("note.sh", "2"))
    assert stepper.run(steps).then == "reboot"
    outcome = stepper.run(steps, REBOOTED)
    assert (outcome.status, outcome.then) == ("SUCCEEDED", None)
    assert journal(stepper) == [" 1", " 2"]
    assert stepper.run(steps, Resumption(wanted_reboot=True)).details["errorCode"] == "ERR_SYSTEM_CALL_FAILED"


def test_a_reboot_at_the_end(stepper: Place) -> None:
    steps = document(handler("reboot.sh"))
    assert stepper.run(steps).then == "reboot"
    assert stepper.run(steps, REBOOTED).status == "SUCCEEDED"
