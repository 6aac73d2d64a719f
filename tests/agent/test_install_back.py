"""install: back to the version before, if the new one does not work."""

from pathlib import Path

from shiftwork_agent.jobs.ports import Again
from tests.agent.installs import current, document, left
from tests.agent.orders import Place
from tests.agent.site import Site


def test_a_wrong_checksum_changes_nothing(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"one")))
    entry = site.put("v", b"two")
    (site.folder / "v").write_bytes(b"other")
    outcome = installer.run(document(entry, version="1.1"), job_id="job-2")
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", "ERR_CHECKSUM_FAILED")
    assert (current(installer) / "v").read_text() == "one"
    assert left(installer) == ["1.0", "current"]


def test_a_version_that_does_not_work_is_rolled_back(installer: Place, site: Site) -> None:
    check = ["/bin/sh", "-c", "grep -q good v"]
    assert installer.run(document(site.put("v", b"good"), check=check)).status == "SUCCEEDED"
    outcome = installer.run(document(site.put("v", b"bad"), version="1.1", check=check), job_id="job-2")
    assert (outcome.status, outcome.details["errorCode"]) == ("FAILED", "ERR_UNEXPECTED_PACKAGE_EXIT")
    assert (current(installer) / "v").read_text() == "good"
    assert left(installer) == ["1.0", "current"]
    assert installer.steps_told()[-2:] == ["checking", "rolling back"]


def test_a_first_version_that_does_not_work_leaves_nothing(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"bad"), check=["/bin/sh", "-c", "false"]))
    assert left(installer) == []


def test_the_service_restarts_with_the_new_version_and_again_with_the_old(installer: Place, site: Site) -> None:
    journal = installer.folder / "journal"
    script = f'echo "$1 $2 $(cat {current(installer)}/v)" >> {journal}; grep -qv bad {current(installer)}/v'
    installer.tables["services"] = {"allow": ["pumpd"], "command": ["/bin/sh", "-c", script, "x"]}
    installer.run(document(site.put("v", b"good"), service="pumpd"))
    outcome = installer.run(document(site.put("v", b"bad"), version="2", service="pumpd"), job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNABLE_TO_START_PACKAGE"
    assert journal.read_text().splitlines() == ["restart pumpd good", "restart pumpd bad", "restart pumpd good"]


def test_the_reason_is_told_even_if_the_old_version_does_not_start(installer: Place, site: Site) -> None:
    once = f"test ! -e {installer.folder}/begun && touch {installer.folder}/begun"
    check = ["/bin/sh", "-c", "grep -q good v"]
    installer.tables["services"] = {"allow": ["pumpd"], "command": ["/bin/sh", "-c", once, "x"]}
    installer.run(document(site.put("v", b"good"), check=check))
    bad = document(site.put("v", b"bad"), version="2", check=check, service="pumpd")
    outcome = installer.run(bad, job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNEXPECTED_PACKAGE_EXIT"
    assert installer.told[-1]["rollback"].endswith("restart pumpd ended with exit code 1")


def test_an_install_that_was_interrupted_goes_back_to_the_version_before_it(installer: Place, site: Site) -> None:
    installer.run(document(site.put("v", b"good")))
    interrupted = document(site.put("v", b"bad"), version="2", check=["/bin/sh", "-c", "exit 1"])
    installer.run({**interrupted, "check": []}, job_id="job-2")  # as far as the switch, and then the power went
    assert current(installer).readlink() == Path("2")
    outcome = installer.run(interrupted, Again(), job_id="job-2")
    assert outcome.details["errorCode"] == "ERR_UNEXPECTED_PACKAGE_EXIT"
    assert (current(installer) / "v").read_text() == "good"
