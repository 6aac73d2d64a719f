"""The command line: exit codes, and a sentence about what the device's owner got wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from shiftwork_agent.cli import main
from shiftwork_agent.run import state_lock
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
    assert "FAIL  tcp       Port 1 of localhost does not answer" in capsys.readouterr().out


def test_a_configuration_that_is_wrong(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(CONFIG.replace("thing", "think"))
    for command in ("check", "run"):
        assert main([command, "--config", str(file)]) == 2
        told = capsys.readouterr().err.splitlines()
        assert told == [
            f"{file}: connection.thing: this key is missing. Write the thing's name in AWS IoT.",
            f"{file}: connection.think: the agent does not know this key. Remove it, or correct its spelling.",
        ]


def test_two_agents_do_not_share_a_state_folder(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with state_lock(config(file.parent)):
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


@pytest.mark.parametrize("content", [None, "rubbish"])
def test_a_certificate_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    for name in ("device.pem", "device.key") if content else ():
        (tmp_path / name).write_text(content or "")
    assert main(["run", "--config", str(file)]) == 2
    assert "shiftwork-agent check" in capsys.readouterr().err


def test_a_state_folder_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG)
    (tmp_path / "state").write_text("")
    assert main(["run", "--config", str(file)]) == 2
    assert f"state: cannot write {tmp_path}/state (File exists)" in capsys.readouterr().err


def test_an_error_of_the_agent_is_not_taken_for_one_of_the_state_folder(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="other"), state_lock(config(tmp_path)):
        raise PermissionError("other")
