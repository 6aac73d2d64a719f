"""What programs of jobs get to see of the agent."""

from pathlib import Path

import pytest

from tests.agent.configs import config
from tests.agent.processes import Begun


def test_a_program_does_not_get_the_agents_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python of the device would import them instead of its own."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    found = config(tmp_path, operations=["run-command"], commands={"allow": ["/bin/sh"]})
    command = ["/bin/sh", "-c", "echo ${PYTHONPATH-none} ${PYTHONUNBUFFERED-none}"]
    outcome = Begun(found, {"operation": "run-command", "command": command}, None).outcome()
    assert outcome.details["stdout"] == "none none"
