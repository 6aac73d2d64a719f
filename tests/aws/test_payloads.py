"""Payloads in S3."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from functions.aws.payloads import S3Payloads
from tests.conftest import REGION


@pytest.fixture
def payloads(aws: None) -> S3Payloads:
    """An empty bucket."""
    where: Any = {"LocationConstraint": REGION}
    boto3.client("s3").create_bucket(Bucket="payloads", CreateBucketConfiguration=where)
    return S3Payloads(clients.s3, "payloads")


def test_a_payload_is_read_as_it_was_put(payloads: S3Payloads) -> None:
    assert payloads.get("team.job", "1") is None
    payloads.put("team.job", "1", '"é"')
    assert payloads.get("team.job", "1") == '"é"'
    assert payloads.get("team.job", "2") is None


def test_the_first_one_stays(payloads: S3Payloads) -> None:
    for text in ("1", "2"):
        payloads.put("team.job", "1", text)
    assert payloads.get("team.job", "1") == "1"


def test_other_errors_are_errors(payloads: S3Payloads) -> None:
    elsewhere = S3Payloads(clients.s3, "nowhere")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        elsewhere.put("team.job", "1", "1")
    with pytest.raises(ClientError, match="NoSuchBucket"):
        elsewhere.get("team.job", "1")


def test_a_url_names_one_payload_and_needs_no_call(payloads: S3Payloads) -> None:
    calls: list[str] = []
    clients.s3().meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    url = payloads.url("team.job", "1")
    assert url.startswith(f"https://payloads.s3.{REGION}.amazonaws.com/payloads/team.job/1.json?")
    assert "X-Amz-Expires=43200" in url
    assert calls == []
