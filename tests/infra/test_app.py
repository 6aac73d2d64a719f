"""app.py as the CDK runs it: a process with the context in its environment, no network, no credentials."""

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from infra import bundle
from tests.infra.template import ROOT, Template
from tests.infra.test_functions import HANDLERS

pytestmark = pytest.mark.slow


def synth(folder: Path, region: str | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """`cdk synth -c key=value ...`, less the command line around it. No credentials, and AWS cannot be reached."""
    environment = {key: os.environ[key] for key in ("PATH", "HOME", "JSII_NODE")}
    environment |= {"CDK_CONTEXT_JSON": json.dumps(settings), "CDK_OUTDIR": str(folder)}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    environment |= {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true"}
    environment |= {"CDK_DEFAULT_REGION": region} if region else {}
    command = [sys.executable, "app.py"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("local")
    done = synth(folder, stage="local", auth="none")
    assert done.returncode == 0, done.stderr
    return Template(folder, "shiftwork-local")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"retentiondays": "3"}, "shiftwork: unknown setting 'retentiondays': did you mean 'retentionDays'?\n"),
        ({"auth": "none"}, "shiftwork: auth=none is for the local cloud only (stage=local): "),
    ],
)
def test_a_wrong_setting_is_one_line_and_status_1(settings: dict[str, str], said: str, tmp_path: Path) -> None:
    done = synth(tmp_path, **settings)
    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert (done.stderr.count("\n"), done.stdout) == (1, "")


def test_a_region_without_iot_is_one_line_too(tmp_path: Path) -> None:
    """The CDK CLI names the region of the caller's credentials in the environment."""
    done = synth(tmp_path, region="af-south-1")
    said = "shiftwork: fleets=true: there is no AWS IoT in af-south-1. Deploy with -c fleets=false there\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_synth_asks_aws_nothing(local: Template) -> None:
    manifest = json.loads((local.folder / "manifest.json").read_text(encoding="utf-8"))
    assert not manifest.get("missing")


def test_the_local_cloud_is_no_account_of_anyones(local: Template) -> None:
    manifest = json.loads((local.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["shiftwork-local"]["environment"] == "aws://000000000000/us-east-1"


def test_the_local_bundle_starts_every_handler_on_this_interpreter(local: Template, tmp_path: Path) -> None:
    [archive] = local.folder.glob("asset.*.zip")
    zipfile.ZipFile(archive).extractall(tmp_path / "task")
    # What Lambda's runtime brings besides, and nothing else of this environment.
    (tmp_path / "runtime").mkdir()
    for package in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"):
        spec = find_spec(package)
        assert spec and spec.origin
        source = Path(spec.origin)
        source = source.parent if source.name == "__init__.py" else source
        (tmp_path / "runtime" / source.name).symlink_to(source)
    paths = [str(tmp_path / "task"), str(tmp_path / "runtime")]
    modules = [handler.rpartition(".")[0] for handler in HANDLERS.values()]
    program = (
        f"import sys; sys.path[:0] = {paths}; import {', '.join(modules)}; import pydantic; print(pydantic.__file__)"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env={"AWS_REGION": "x"})
    assert (done.stderr, done.stdout.startswith(paths[0])) == ("", True)


def test_the_lambda_runtime_is_one_that_the_bundle_is_made_for(local: Template) -> None:
    assert {one["Runtime"] for one in local.of("Lambda::Function").values()} == {f"python{bundle.PYTHON}"}
