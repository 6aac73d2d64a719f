"""The agent as a package: everything is in it, and it stands alone."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

AGENT = Path(__file__).parents[2] / "agent"
PROJECT = tomllib.loads((AGENT / "pyproject.toml").read_text())


def test_every_module_is_in_a_package_that_is_named() -> None:
    found = {
        ".".join(("agent", *path.parent.relative_to(AGENT).parts))
        for path in AGENT.rglob("*.py")
        if "build" not in path.parts
    }
    assert found == set(PROJECT["tool"]["setuptools"]["packages"])


def test_the_files_beside_the_modules_are_there() -> None:
    for name in PROJECT["tool"]["setuptools"]["package-data"]["agent"]:
        assert (AGENT / name).is_file()


def test_the_package_that_is_built_runs_by_itself(tmp_path: Path) -> None:
    """Built by setuptools from a copy, imported from nowhere else."""
    shutil.copytree(AGENT, tmp_path / "agent", ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "build_py", "--build-lib", "../built"]
    subprocess.run(build, cwd=tmp_path / "agent", check=True, capture_output=True)
    built = tmp_path / "built"
    assert (built / "agent" / "systemd" / "shiftwork-agent.service").is_file()
    code = "import sys, agent.cli; print(agent.cli.__file__); sys.exit(agent.cli.main(['--help']))"
    told = subprocess.run([sys.executable, "-c", code], cwd=built, check=True, capture_output=True, text=True).stdout
    assert told.startswith(str(built / "agent"))
    assert "Exit codes: 0 done" in told


def test_the_version_of_the_sdk_is_the_one_that_is_tested() -> None:
    (needed,) = PROJECT["project"]["dependencies"]
    requirements = (AGENT.parent / "requirements.txt").read_text()
    assert needed == "awsiotsdk>=1.31,<2"
    assert "awsiotsdk==1.31." in requirements


def test_a_job_starts_light() -> None:
    """The process of a job needs no connection: AWS's SDK is not loaded."""
    code = "import sys, agent.running.worker, agent.handlers.install, agent.handlers.steps; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=AGENT.parent, capture_output=True, text=True, check=True)
    assert not {"awscrt", "awsiot", "cryptography"} & set(found.stdout.split())


def test_handlers_reach_the_devices_of_the_machine() -> None:
    """Before systemd 253 ProtectClock allows the clock's device and so no other (systemd pull request 25075)."""
    unit = (AGENT / "systemd" / "shiftwork-agent.service").read_text()
    settings = {line.partition("=")[0] for line in unit.splitlines() if not line.startswith("#")}
    assert "ProtectSystem" in settings
    assert not settings & {"ProtectClock", "PrivateDevices", "DeviceAllow", "DevicePolicy"}


def test_the_service_runs_the_command_that_the_package_has() -> None:
    unit = (AGENT / "systemd" / "shiftwork-agent.service").read_text()
    (command,) = [line.partition("=")[2].split() for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert Path(command[0]).name in PROJECT["project"]["scripts"]
    assert command[1:] == ["run", "--config", "/etc/shiftwork-agent/config.toml"]
