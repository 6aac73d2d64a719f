"""The command line: exit codes and what it says."""

import subprocess
import sys
from pathlib import Path

import pytest

from shiftwork_agent.cli import main
from shiftwork_agent.run import alone
from tests.agent.certificates import make
from tests.agent.configs import config

AGENT = Path(__file__).parents[2] / "agent"
CONFIG = """\
state = "state"
[connection]
endpoint = "localhost"
port = 1
thing = "pump-1"
certificate = "device.pem"
key = "device.key"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make(tmp_path)
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def test_a_check_that_fails(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(file)]) == 1
    assert "FAIL  tcp     Port 1 of localhost does not answer" in capsys.readouterr().out


def test_a_configuration_that_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(CONFIG.replace("thing", "think"))
    for command in ("check", "run"):
        assert main([command, "--config", str(file)]) == 2
        told = capsys.readouterr().err.splitlines()
        assert told == [
            f"{file}: connection.thing is missing: write the thing's name in AWS IoT",
            f"{file}: connection.think is not a key that the agent knows: remove it, or correct its spelling",
        ]


def test_two_agents_do_not_share_a_state_folder(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with alone(config(file.parent)):
        assert main(["run", "--config", str(file)]) == 2
    assert "is in use by another agent" in capsys.readouterr().err


def test_it_ends_when_it_is_told_to_even_without_a_connection(file: Path) -> None:
    command = [sys.executable, "-m", "shiftwork_agent", "run", "--config", str(file)]
    with subprocess.Popen(command, cwd=AGENT, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout
        assert '"event": "started"' in agent.stdout.readline()
        agent.terminate()
        agent.wait(20)
        said = agent.stdout.read()
    assert agent.returncode == 0
    assert '"event": "stopped"' in said
