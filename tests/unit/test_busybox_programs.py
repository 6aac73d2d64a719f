"""The stand-ins for busybox are as strict as it is."""

import subprocess
from pathlib import Path

from tests.unit import busybox_programs


def test_a_stand_in_refuses_an_option_that_busybox_does_not_know(tmp_path: Path) -> None:
    busybox_programs.install(tmp_path)
    for command in (["mkdir", "-v", "a"], ["wget", "--tries=3", "-T", "1", "-O", "a", "http://127.0.0.1:9/"]):
        ended = subprocess.run(command, cwd=tmp_path, env={"PATH": str(tmp_path)}, capture_output=True, check=False)
        assert ended.returncode == 1
        assert b"option" in ended.stderr
    assert not (tmp_path / "a").exists()
