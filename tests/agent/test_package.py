"""The agent as a package: it has all files, and needs nothing of the repository."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

AGENT = Path(__file__).parents[2] / "agent"
PROJECT = tomllib.loads((AGENT / "pyproject.toml").read_text())
PACKAGE = AGENT / "shiftwork_agent"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package from a copy of the project, and return the folder with it."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(AGENT, folder / "agent", ignore=shutil.ignore_patterns("__pycache__", "build"))
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "build_py", "--build-lib", "../built"]
    subprocess.run(build, cwd=folder / "agent", check=True, capture_output=True)
    return folder / "built"


def test_the_package_that_is_built_has_every_file_and_nothing_beside_it(built: Path) -> None:
    assert [path.name for path in built.iterdir()] == ["shiftwork_agent"]
    files = {path.relative_to(built) for path in built.rglob("*") if path.is_file()}
    wanted = {path.relative_to(AGENT) for path in PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files == wanted


def test_the_package_that_is_built_runs_by_itself(built: Path) -> None:
    code = "import sys, shiftwork_agent.cli as cli; print(cli.__file__); sys.exit(cli.main(['--help']))"
    told = subprocess.run([sys.executable, "-c", code], cwd=built, check=True, capture_output=True, text=True).stdout
    assert told.startswith(str(built / "shiftwork_agent"))
    assert "Exit codes: 0 success" in told


def test_the_version_of_the_sdk_is_the_one_that_is_tested() -> None:
    (needed,) = PROJECT["project"]["dependencies"]
    requirements = (AGENT.parent / "requirements.txt").read_text()
    assert needed == "awsiotsdk>=1.31,<2"
    assert "awsiotsdk==1.31." in requirements


def test_a_job_starts_light() -> None:
    """The process of a job needs no connection, so it does not load AWS's SDK."""
    modules = "shiftwork_agent.running.worker, shiftwork_agent.handlers.install, shiftwork_agent.handlers.steps"
    code = f"import sys, {modules}; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=AGENT, capture_output=True, text=True, check=True)
    assert not {"awscrt", "awsiot", "cryptography"} & set(found.stdout.split())


def test_handlers_reach_the_devices_of_the_machine() -> None:
    """Before systemd 253 ProtectClock allows the clock's device only (systemd pull request 25075)."""
    unit = (PACKAGE / "systemd" / "shiftwork-agent.service").read_text()
    settings = {line.partition("=")[0] for line in unit.splitlines() if not line.startswith("#")}
    assert "ProtectSystem" in settings
    assert not settings & {"ProtectClock", "PrivateDevices", "DeviceAllow", "DevicePolicy"}


def test_the_service_runs_the_command_that_the_package_has() -> None:
    unit = (PACKAGE / "systemd" / "shiftwork-agent.service").read_text()
    (command,) = [line.partition("=")[2].split() for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert Path(command[0]).name in PROJECT["project"]["scripts"]
    assert command[1:] == ["run", "--config", "/etc/shiftwork-agent/config.toml"]
