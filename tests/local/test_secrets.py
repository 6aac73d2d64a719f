"""Secrets of containers: which value of which secret they get."""

import json

import pytest

from tests.local.workbench import Workbench


@pytest.fixture(scope="module")
def arn(workbench: Workbench) -> str:
    """A secret with a previous value, and one of a version with a name."""
    secrets = workbench.aws.client("secretsmanager")
    arn = secrets.create_secret(Name="versions", SecretString=json.dumps({"key": "old", "port": 5432}))["ARN"]
    new = json.dumps({"key": "new", "port": 5433})
    secrets.put_secret_value(SecretId=arn, SecretString=new, ClientRequestToken="1" * 32)
    return str(arn)


def seen(workbench: Workbench, source: str) -> list[str]:
    task = workbench.run_task('echo "$SECRET"', secrets=[{"name": "SECRET", "valueFrom": source}])
    workbench.stopped(task)
    return workbench.log(task)


@pytest.mark.parametrize(
    ("suffix", "value"),
    [
        ("", '{"key": "new", "port": 5433}'),
        (":key::", "new"),
        (":port::", "5433"),
        (":key:AWSPREVIOUS:", "old"),
        (f":key::{'1' * 32}", "new"),
        ("::AWSPREVIOUS:", '{"key": "old", "port": 5432}'),
    ],
)
def test_a_secret_by_key_stage_and_version(workbench: Workbench, arn: str, suffix: str, value: str) -> None:
    assert seen(workbench, arn + suffix) == [value]


@pytest.mark.parametrize("suffix", [":nothing::", ":key:NOSTAGE:", f":key::{'2' * 32}"])
def test_what_is_not_there_stops_the_task(workbench: Workbench, arn: str, suffix: str) -> None:
    task = workbench.run_task("true", secrets=[{"name": "SECRET", "valueFrom": arn + suffix}])
    stopped = workbench.stopped(task)
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("ResourceInitializationError: unable to pull secrets or registry auth")


@pytest.mark.parametrize("prefix", ["", "arn:aws:ssm:us-east-1:000000000000:parameter"])
def test_a_parameter_by_name_or_arn(workbench: Workbench, prefix: str) -> None:
    workbench.aws.client("ssm").put_parameter(Name="/app/word", Value="w", Type="SecureString", Overwrite=True)
    assert seen(workbench, f"{prefix}/app/word") == ["w"]


def test_the_registrys_credentials_must_be_there(workbench: Workbench) -> None:
    missing = {"credentialsParameter": "arn:aws:secretsmanager:us-east-1:000000000000:secret:none-abcdef"}
    stopped = workbench.stopped(workbench.run_task("true", repositoryCredentials=missing))
    assert stopped["stoppedReason"].startswith("ResourceInitializationError: ")
