"""Somebody who types the commands of a document: into a shell, on a machine with the AWS CLI, npm and systemd."""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from local.cloud import Cloud
from local.deploy import ROOT, node
from tests.local import systemctl

SECONDS = 180
SDK = json.loads((ROOT / "package.json").read_text())["devDependencies"]["aws-iot-device-sdk"]
# pip finds the agent's dependency, and what builds the agent, where the tests have them.
PIP = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


@dataclass(frozen=True)
class Newcomer:
    """In a folder with a copy of what the commands name of the repository. `machine` is the root of absolute paths."""

    folder: Path
    credentials: dict[str, str]

    @property
    def machine(self) -> Path:
        """Where /etc and /opt are."""
        return self.folder / "machine"

    def prepare(self) -> None:
        """Copy the agent, whose building leaves files beside it, and make the commands that the machine has."""
        shutil.copytree(ROOT / "agent", self.folder / "agent", ignore=shutil.ignore_patterns("__pycache__", "build"))
        (self.folder / "examples").symlink_to(ROOT / "examples")
        (self.machine / "etc" / "systemd" / "system").mkdir(parents=True)
        (self.folder / "bin").mkdir()
        unpack_aws_cli(self.folder / "cli")
        cli = self.folder / "cli" / "awscli"
        self._command("aws", f'PYTHONPATH={cli} exec {sys.executable} {cli / "aws"} "$@"')
        self._command("systemctl", f'exec {sys.executable} {systemctl.__file__} "$@"')
        self._command("node", f'exec {node()} "$@"')
        # What `npm ci` has brought, instead of the registry's.
        self._command("npm", f'[ "$*" = "install aws-iot-device-sdk@{SDK}" ] && ln -s {ROOT / "node_modules"} .')

    def type(self, script: str, cloud: Cloud) -> str:
        """Carry the commands out, up to the first that fails; what they print. Whatever they started is ended."""
        with (self.folder / "printed.log").open("w+") as printed:
            shell = subprocess.Popen(
                ["/bin/sh", "-euc", script],
                cwd=self.folder,
                env=self._environment(cloud),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            status = None
            try:
                with suppress(subprocess.TimeoutExpired):
                    status = shell.wait(SECONDS)
            finally:
                for number in (signal.SIGTERM, signal.SIGKILL):
                    with suppress(ProcessLookupError):
                        os.killpg(shell.pid, number)
                printed.seek(0)
                told = printed.read()
        assert status == 0, told[-5000:]
        return told

    def _environment(self, cloud: Cloud) -> dict[str, str]:
        path = f"{self.folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        places = {"PATH": path, "HOME": str(self.folder), "DEVICE_ROOT": str(self.machine)}
        found = {"PYTHONPATH": sysconfig.get_path("purelib"), "AWS_SESSION_TOKEN": ""}
        return {**places, **found, **PIP, **self.credentials, "AWS_ENDPOINT_URL": cloud.endpoint_url}

    def _command(self, name: str, line: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)


def unpack_aws_cli(folder: Path) -> None:
    """The AWS CLI itself: the CDK brings it, as a Lambda layer."""
    (package,) = (one for one in files("aws_cdk.asset_awscli_v1._jsii").iterdir() if one.name.endswith(".tgz"))
    with tarfile.open(fileobj=BytesIO(package.read_bytes())) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer
        zipfile.ZipFile(layer).extractall(folder)  # noqa: S202 - it is a pinned dependency
