"""What handlers save for after a restart."""

from pathlib import Path

from shiftwork_agent.jobs.ports import Again
from tests.agent.orders import Place


def test_what_was_saved_is_there_after_a_reboot(valves: Place) -> None:
    assert valves.run({"operation": "firmware"}).then == "reboot"
    rebooted = Again(wanted_reboot=True, rebooted=True)
    assert valves.run({"operation": "firmware"}, rebooted).details == {"slot": "b"}


def test_another_job_has_saved_nothing(valves: Place) -> None:
    valves.run({"operation": "firmware"})
    rebooted = Again(wanted_reboot=True, rebooted=True)
    assert valves.run({"operation": "firmware"}, rebooted, "job-2").details["reason"] == "KeyError: 'slot'"


def test_a_saved_file_that_is_rubbish_is_none(valves: Place, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "saved.json").write_text("[1]")
    assert valves.run({"operation": "firmware"}).then == "reboot"
