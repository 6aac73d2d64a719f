"""The payloads' bucket: closed to all but the API's function, and empty by itself after a while."""

from typing import Any

from tests.infra.template import Template


def test_nobody_reads_the_bucket_from_outside(dev: Template) -> None:
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


def test_it_keeps_payloads_as_long_as_runs_are_kept(dev: Template, prod: Template) -> None:
    for template, days, kept in ((dev, 30, "Delete"), (prod, 90, "Retain")):
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
