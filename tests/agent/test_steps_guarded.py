"""Whom steps run as, and whose scripts they are."""

import pytest

from tests.agent.orders import Place
from tests.agent.step_documents import document, handler, journal


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
