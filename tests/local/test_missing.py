"""What a machine may lack: one clear line, before anything is started."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.cloud import check_space
from local.deploy import node
from local.errors import LocalCloudError

ROOT = Path(__file__).parents[2]


def test_no_space() -> None:
    with pytest.raises(
        LocalCloudError, match=r"^/tmp has 12 MB free, the local cloud needs 300: make room, or set TMPDIR"
    ):
        check_space("/tmp", 12_345_678)  # noqa: S108


def test_no_node() -> None:
    with pytest.raises(LocalCloudError, match="run `make install` first"):
        node(package="a_package_that_is_not_there")


def test_no_python(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "constraints.txt", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    command = ["make", "--no-print-directory", "install", "PYTHON=/nowhere/python3"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    line, *_ = ended.stderr.splitlines()
    assert line.startswith("Shiftwork needs Python 3.11 or later, and /nowhere/python3 is missing or older: ")
    assert not (tmp_path / ".venv").exists()
