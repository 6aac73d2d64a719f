"""What is kept, for how long, and what outlives the stack."""

import json

from tests.infra.template import Template


def test_the_table_is_on_demand_backed_up_and_forgets_by_itself(dev: Template) -> None:
    _, table = dev.the("DynamoDB::Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["KeySchema"] == _keys("PK", "SK")
    by_id, by_time = table["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in (by_id, by_time)] == ["GSI1", "GSI2"]
    assert by_id["KeySchema"] == _keys("GSI1PK", "GSI1SK")
    assert by_id["Projection"] == {"ProjectionType": "ALL"}
    assert by_time["KeySchema"] == _keys("GSI2PK", "GSI2SK")
    assert by_time["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status", "jobId", "labels"]}
    assert {one["AttributeType"] for one in table["AttributeDefinitions"]} == {"S"}


def test_outside_dev_jobs_runs_and_their_logs_outlive_the_stack(dev: Template, prod: Template) -> None:
    for kind, named in (("DynamoDB::Table", ""), ("Logs::LogGroup", "JobsLog")):
        assert dev.body["Resources"][dev.the(kind, named=named)[0]]["DeletionPolicy"] == "Delete"
        assert prod.body["Resources"][prod.the(kind, named=named)[0]]["DeletionPolicy"] == "Retain"
    assert dev.the("DynamoDB::Table")[1]["DeletionProtectionEnabled"] is False
    assert prod.the("DynamoDB::Table")[1]["DeletionProtectionEnabled"] is True


def test_outside_dev_the_stack_is_not_deleted_by_a_slip(dev: Template, prod: Template) -> None:
    protected = []
    for template in (dev, prod):
        manifest = json.loads((template.folder / "manifest.json").read_text(encoding="utf-8"))
        protected.append(manifest["artifacts"][template.name]["properties"].get("terminationProtection", False))
    assert protected == [False, True]


def test_every_log_has_an_end(dev: Template, prod: Template) -> None:
    assert {group["RetentionInDays"] for group in dev.of("Logs::LogGroup").values()} == {30}
    assert {group["RetentionInDays"] for group in prod.of("Logs::LogGroup").values()} == {90}
    for function in dev.of("Lambda::Function").values():
        assert function["LoggingConfig"]["LogGroup"]["Ref"] in dev.of("Logs::LogGroup"), "Lambda would make its own"


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
