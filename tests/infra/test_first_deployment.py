"""The first deployment into an account: it needs nothing that is not there, and if it fails, it leaves nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.settings import Settings
from tests.infra.template import Template, synthesise

LINK = "Custom::EcsServiceLinkedRole"
WITH_DATA = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Logs::LogGroup"}


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return synthesise(Settings(stage="prod", protect=True), tmp_path_factory.mktemp("protected"))


def test_the_cluster_waits_for_ecss_role_and_that_waits_for_nothing_of_the_cluster(dev: Template) -> None:
    resources = dev.body["Resources"]
    [link] = [name for name, one in resources.items() if one["Type"] == LINK]
    cluster, _ = dev.the("ECS::Cluster")
    assert link in resources[cluster]["DependsOn"]
    function, _ = dev.the("Lambda::Function", named="FunctionsLinkEcs")
    assert resources[link]["Properties"] == {
        "ServiceToken": {"Fn::GetAtt": [function, "Arn"]},
        "ServiceTimeout": "300",
    }
    needed = _needed(resources, link)
    assert function in needed and cluster not in needed
    assert {resources[name]["Type"] for name in needed} == {
        *(LINK, "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::SQS::Queue")
    }


def test_its_function_may_create_that_one_role(dev: Template) -> None:
    [create] = [one for one in dev.statements("FunctionsLinkEcs") if one["Sid"] == "MakeEcsRole"]
    assert create["Action"] == "iam:CreateServiceLinkedRole"
    assert create["Resource"]["Fn::Join"][1][-1] == ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    assert create["Condition"] == {"StringEquals": {"iam:AWSServiceName": "ecs.amazonaws.com"}}
    others = dev.actions("FunctionsLinkEcs") - {"iam:CreateServiceLinkedRole"}
    assert {action.partition(":")[0] for action in others} == {"logs", "xray", "sqs"}
    _, function = dev.the("Lambda::Function", named="FunctionsLinkEcs")
    assert set(function["Environment"]["Variables"]) == {"POWERTOOLS_SERVICE_NAME"}, "the others do not exist yet"


@pytest.mark.parametrize("stage", ["dev", "prod", "protected"])
def test_a_creation_that_is_rolled_back_deletes_all_that_it_made(stage: str, request: pytest.FixtureRequest) -> None:
    """CloudFormation keeps a resource with Retain even then; a later deployment would make another beside it."""
    template: Template = request.getfixturevalue(stage)
    policies = {one.get("DeletionPolicy", "Delete") for one in template.body["Resources"].values()}
    assert policies == ({"Delete"} if stage == "dev" else {"Delete", "RetainExceptOnCreate"})
    kept = {one["Type"] for one in template.body["Resources"].values() if "Retain" in one.get("DeletionPolicy", "")}
    assert kept == (set() if stage == "dev" else WITH_DATA)
    for one in template.body["Resources"].values():
        expected = "Retain" if "Retain" in one.get("DeletionPolicy", "") else "Delete"
        assert one.get("UpdateReplacePolicy", "Delete") == expected


def test_nothing_refuses_the_roll_back_of_a_first_deployment(dev: Template, prod: Template) -> None:
    """The CDK CLI protects a stack before it creates it, and then cannot delete the one that failed."""
    for template in (dev, prod):
        assert _manifest(template)["properties"].get("terminationProtection", False) is False
        assert template.the("DynamoDB::Table")[1]["DeletionProtectionEnabled"] is False


def test_protection_comes_with_a_second_deployment(prod: Template, protected: Template) -> None:
    assert _manifest(protected)["properties"]["terminationProtection"] is True
    assert protected.the("DynamoDB::Table")[1]["DeletionProtectionEnabled"] is True
    assert _warnings(protected) == []
    [said] = _warnings(prod)
    assert "deploy again with -c stage=prod -c protect=true" in said


def test_dev_is_not_asked_for_protection(dev: Template) -> None:
    assert _warnings(dev) == []


def _manifest(template: Template) -> dict[str, Any]:
    manifest = json.loads((template.folder / "manifest.json").read_text(encoding="utf-8"))
    artifact: dict[str, Any] = manifest["artifacts"][template.name]
    return artifact


def _warnings(template: Template) -> list[str]:
    artifact = _manifest(template)
    more = Path(template.folder / artifact["additionalMetadataFile"]) if "additionalMetadataFile" in artifact else None
    metadata = artifact.get("metadata") or (json.loads(more.read_text(encoding="utf-8")) if more else {})
    entries = [entry for entries in metadata.values() for entry in entries]
    return [str(entry["data"]) for entry in entries if entry["type"] == "aws:cdk:warning"]


def _needed(resources: dict[str, Any], name: str) -> set[str]:
    """All resources that CloudFormation creates before this one, and the one."""
    found = {name}
    for other in {*_references(resources[name])} & set(resources):
        found |= _needed(resources, other)
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        depends = value.get("DependsOn", [])
        yield from [depends] if isinstance(depends, str) else depends
        if "Ref" in value:
            yield value["Ref"]
        if "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
