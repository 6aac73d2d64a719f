"""The table, the bucket for payloads, and the logs: what they keep, for how long, and what outlives the stack."""

from typing import Any

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
        assert prod.body["Resources"][prod.the(kind, named=named)[0]]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_every_log_has_an_end(dev: Template, prod: Template) -> None:
    assert {group["RetentionInDays"] for group in dev.of("Logs::LogGroup").values()} == {30}
    assert {group["RetentionInDays"] for group in prod.of("Logs::LogGroup").values()} == {90}
    for function in dev.of("Lambda::Function").values():
        assert function["LoggingConfig"]["LogGroup"]["Ref"] in dev.of("Logs::LogGroup"), "Lambda would make its own"


def test_nobody_reads_the_payloads_from_outside(dev: Template) -> None:
    name, bucket = dev.the("S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    _, policy = dev.the("S3::BucketPolicy")
    assert policy["Bucket"] == {"Ref": name}
    denied = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in [one["Condition"] for one in denied]
    assert len(denied) == len(policy["PolicyDocument"]["Statement"])


def test_the_bucket_keeps_payloads_as_long_as_runs_are_kept(dev: Template, prod: Template) -> None:
    for template, days, kept in ((dev, 30, "Delete"), (prod, 90, "RetainExceptOnCreate")):
        name, bucket = template.the("S3::Bucket")
        [rule] = bucket["LifecycleConfiguration"]["Rules"]
        assert (rule["ExpirationInDays"], rule["Status"]) == (days, "Enabled")
        assert template.body["Resources"][name]["DeletionPolicy"] == kept


def test_the_api_alone_puts_and_reads_payloads(dev: Template) -> None:
    def of_s3(role: str) -> list[Any]:
        actions = [(one["Action"], one["Resource"]) for one in dev.statements(role)]
        return [resource for names, resource in actions if str(names).find("s3:") >= 0]

    name, _ = dev.the("S3::Bucket")
    bucket = {"Fn::GetAtt": [name, "Arn"]}
    assert of_s3("FunctionsApiRole") == [{"Fn::Join": ["", [bucket, "/payloads/*"]]}, bucket]
    for role in ("Settle", "Dispatch", "Missed", "Sweep", "Track"):
        assert of_s3(f"Functions{role}Role") == []


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
