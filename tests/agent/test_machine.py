"""The machine: its commands and boot id, and the operations systemStatus, reboot and shutdown."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.ports import Resumption
from shiftwork_agent.running.machine import Machine
from tests.agent.configs import config
from tests.agent.place import Place


def machine(folder: Path, **power: object) -> Machine:
    return Machine(config(folder, power=power).power)


def test_the_boot_id_is_that_of_linux(tmp_path: Path) -> None:
    assert machine(tmp_path).boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert machine(tmp_path, boot_id="none").boot_id() == "unknown"
    (tmp_path / "empty").write_text("\n")
    assert machine(tmp_path, boot_id="empty").boot_id() == "unknown"


def test_the_commands_run(tmp_path: Path) -> None:
    made = machine(tmp_path, reboot=["touch", f"{tmp_path}/a"], shutdown=["touch", f"{tmp_path}/b"])
    made.change_power("reboot")
    assert (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()
    made.change_power("shutdown")
    assert (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [(["sh", "-c", "echo no >&2; exit 5"], "sh -c .* ended with exit code 5: no"), (["/no/such"], "No such file")],
)
def test_a_command_that_fails(tmp_path: Path, command: list[str], told: str) -> None:
    with pytest.raises(JobError, match=told):
        machine(tmp_path, reboot=command).change_power("reboot")


def test_system_status(place: Place) -> None:
    outcome = place.run({"operation": "systemStatus"})
    assert outcome.status == "SUCCEEDED"
    assert outcome.details["installedPackages"] == "none"
    assert int(outcome.details["uptimeSeconds"]) > 0
    assert len(outcome.details) <= 10


def test_reboot_and_shutdown(place: Place) -> None:
    first = place.run({"operation": "reboot"})
    assert (first.status, first.details["step"], first.then) == ("IN_PROGRESS", "initiated", "reboot")
    assert place.run({"operation": "reboot"}, Resumption()).then == "reboot"  # it was not yet begun
    after = place.run({"operation": "reboot"}, Resumption(wanted_reboot=True, rebooted=True))
    assert (after.status, after.details["step"], after.then) == ("SUCCEEDED", "rebooted", None)
    failed = place.run({"operation": "reboot"}, Resumption(wanted_reboot=True, rebooted=False))
    assert (failed.status, failed.details["reason"]) == (
        "FAILED",
        "The machine did not restart: its boot id is the same as before",
    )
    halt = place.run({"operation": "shutdown"})
    assert (halt.status, halt.then) == ("SUCCEEDED", "shutdown")
