"""The template before the judges: cfn-lint, and the AWS Solutions rules of cdk-nag with every departure explained."""

import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs
from cdk_nag import AwsSolutionsChecks

from infra.settings import OwnNetwork, Settings
from tests.infra.template import Template, synthesise
from tests.infra.test_api import TOKENS
from tests.infra.test_network import EXISTING

VARIANTS = {
    "own network, IAM": Settings(stage="prod", network=OwnNetwork(cidr="10.0.0.0/20"), document_buckets=("docs",)),
    "existing network, JWT, no fleets": Settings(stage="prod", auth="jwt", jwt=TOKENS, network=EXISTING, fleets=False),
    "local": Settings(stage="local", auth="none"),
}


@pytest.mark.slow
def test_cfn_lint_has_nothing_to_say(dev: Template, prod: Template, no_fleets: Template) -> None:
    cfn_lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [cfn_lint, "--regions", "eu-central-1", "--template"]
    done = subprocess.run(
        [*command, str(dev.path), str(prod.path), str(no_fleets.path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout + done.stderr, done.returncode) == ("", 0)


@pytest.mark.parametrize("variant", VARIANTS)
def test_cdk_nag_finds_nothing_that_is_not_accepted_with_a_reason(variant: str, tmp_path: Path) -> None:
    template = synthesise(VARIANTS[variant], tmp_path, rules=True)
    assert template.of("Lambda::Function")


def test_cdk_nag_would_have_found_something(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    sqs.Queue(cdk.Stack(app, "Stack"), "QueueOpenToPlainHttp")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()
