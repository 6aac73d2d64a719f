"""Commands that turn the machine, and its boot id."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.running.machine import Machine
from tests.agent.configs import config


def machine(folder: Path, **power: object) -> Machine:
    return Machine(config(folder, power=power).power)


def test_the_boot_id_is_that_of_linux(tmp_path: Path) -> None:
    assert machine(tmp_path).boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert machine(tmp_path, boot_id="none").boot_id() == "unknown"
    (tmp_path / "empty").write_text("\n")
    assert machine(tmp_path, boot_id="empty").boot_id() == "unknown"


def test_the_commands_run(tmp_path: Path) -> None:
    made = machine(tmp_path, reboot=["touch", f"{tmp_path}/a"], shutdown=["touch", f"{tmp_path}/b"])
    made.turn("reboot")
    assert (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()
    made.turn("shutdown")
    assert (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("command", "told"),
    [(["sh", "-c", "echo no >&2; exit 5"], "sh -c .* ended with 5: no"), (["/no/such"], "No such file")],
)
def test_a_command_that_fails(tmp_path: Path, command: list[str], told: str) -> None:
    with pytest.raises(JobError, match=told):
        machine(tmp_path, reboot=command).turn("reboot")
