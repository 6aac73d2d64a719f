"""Documents with steps, as AWS's device client takes them."""

import getpass

import pytest

from tests.agent.orders import Place
from tests.agent.step_documents import command, document, handler, journal


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
