"""Steps of AWS's managed templates, on a stepper without AWS's scripts."""

from shiftwork_agent.jobs.ports import Again
from tests.agent.orders import Place
from tests.agent.step_documents import document, handler, journal

REBOOTED = Again(wanted_reboot=True, rebooted=True)


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
    assert stepper.run(steps, Again(wanted_reboot=True)).details["errorCode"] == "ERR_SYSTEM_CALL_FAILED"


def test_a_reboot_at_the_end(stepper: Place) -> None:
    steps = document(handler("reboot.sh"))
    assert stepper.run(steps).then == "reboot"
    assert stepper.run(steps, REBOOTED).status == "SUCCEEDED"
