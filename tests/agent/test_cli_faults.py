"""What a device's owner gets wrong: a sentence and exit code 2, on `run` as on `check`."""

from pathlib import Path

import pytest

from shiftwork_agent.cli import main
from shiftwork_agent.run import alone
from tests.agent.configs import config

CONFIG = """\
state = "state"
[connection]
endpoint = "localhost"
thing = "pump-1"
certificate = "device.pem"
key = "device.key"
"""


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
    assert "state cannot be written (File exists)" in capsys.readouterr().err


def test_an_error_of_the_agent_is_not_taken_for_one_of_the_state_folder(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="other"), alone(config(tmp_path)):
        raise PermissionError("other")
