"""Documents with an address that the device fetches with the rights of a role."""

import json
import urllib.request
from http import HTTPStatus
from urllib.error import HTTPError

import pytest

from tests.local.fleet_rig import Fleet

BUCKET = "firmware"
READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/open/*"}


def _fetched(fleet: Fleet, key: str, role: str) -> bytes:
    """What a device gets from the address in its document."""
    s3 = fleet.aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"new")
    document = {"url": f"${{aws:iot:s3-presigned-url:https://s3.amazonaws.com/{BUCKET}/{key}}}"}
    thing = fleet.thing()
    presigned = {"roleArn": role, "expiresInSec": 60}
    fleet.job(thing, document=json.dumps(document), presignedUrlConfig=presigned)
    url = json.loads(fleet.start(thing)["jobDocument"])["url"]
    assert "X-Amz-Signature=" in url
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 (the local cloud's)
        body: bytes = answer.read()
    return body


def test_a_device_fetches_what_the_role_may_read(fleet: Fleet) -> None:
    role = fleet.make_role("presigning", READS)
    assert _fetched(fleet, "open/firmware.bin", role) == b"new"
    with pytest.raises(HTTPError) as refused:
        _fetched(fleet, "shut/firmware.bin", role)
    assert refused.value.code == HTTPStatus.FORBIDDEN
