"""start, stop and restart: the services that the device allows."""

import pytest

from shiftwork_agent.jobs.ports import Resumption
from tests.agent.place import Place


@pytest.fixture
def services(place: Place) -> Place:
    script = f'echo "$1 $2" >> {place.folder}/journal; test "$2" != broken'
    place.tables["services"] = {"allow": ["web", "db", "broken"], "command": ["/bin/sh", "-c", script, "x"]}
    return place


def journal(place: Place) -> list[str]:
    path = place.folder / "journal"
    return path.read_text().splitlines() if path.exists() else []


def test_services_are_controlled_one_after_the_other(services: Place) -> None:
    outcome = services.run({"operation": "restart", "services": ["db", "web"]})
    assert outcome.details == {"operation": "restart", "services": "db, web"}
    assert services.run({"operation": "stop", "packageName": "web"}).status == "SUCCEEDED"
    assert services.run({"operation": "start", "service": "web"}).status == "SUCCEEDED"
    assert journal(services) == ["restart db", "restart web", "stop web", "start web"]


def test_a_service_is_restarted_once_even_if_it_is_the_agents_own(services: Place) -> None:
    """A restart of the agent's own service interrupts the job, and the agent then gets the job again."""
    document = {"operation": "restart", "services": ["web", "db"]}
    services.run({**document, "services": ["web"]})  # as far as that, and then the agent ended
    outcome = services.run(document, Resumption())
    assert outcome.details == {"operation": "restart", "services": "web, db"}
    assert journal(services) == ["restart web", "restart db"]


def test_no_service_is_touched_if_one_is_not_allowed(services: Place) -> None:
    outcome = services.run({"operation": "stop", "services": ["web", "sshd"]})
    assert (outcome.status, outcome.details["errorCode"]) == ("REJECTED", "ERR_INVALID_PACKAGE_NAME")
    assert journal(services) == []


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        ("start", "ERR_UNABLE_TO_START_PACKAGE"),
        ("stop", "ERR_UNABLE_TO_STOP_PACKAGE"),
        ("restart", "ERR_UNABLE_TO_START_PACKAGE"),
    ],
)
def test_a_service_that_does_not_obey(services: Place, verb: str, code: str) -> None:
    outcome = services.run({"operation": verb, "service": "broken"})
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", code)


@pytest.mark.parametrize("field", [{}, {"services": []}, {"packageName": ""}])
def test_a_service_without_a_name(services: Place, field: dict[str, object]) -> None:
    outcome = services.run({"operation": "start", **field})
    assert (outcome.status, outcome.details["errorCode"]) == ("REJECTED", "ERR_UNNAMED_PACKAGE")
