"""What can be fetched, under which name, and how a log names it."""

import pytest

from functions.jobs.container.init_container import file_name, shown
from tests.unit.definitions import artifact, containers, refused


@pytest.mark.parametrize(
    ("uri", "name", "in_logs"),
    [
        ("https://example.com/a/tools.tgz", "tools.tgz", "https://example.com/a/tools.tgz"),
        ("https://example.com/a.tgz?X-Amz-Signature=/b/c#/d", "a.tgz", "https://example.com/a.tgz"),
        ("http://user:pass@word@example.com:81/a@b", "a@b", "http://example.com:81/a@b"),
        ("https://example.com/a%20b", "a%20b", "https://example.com/a%20b"),
    ],
)
def test_names(uri: str, name: str, in_logs: str) -> None:
    assert (file_name(uri), shown(uri)) == (name, in_logs)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("s3://bucket/key", "presigned"),
        ("file:///etc/passwd", "run.files"),
        ("hdfs://host/a", "http or https"),
        ("/etc/passwd", "http or https"),
        ("https:///a", "http or https"),
        ("https://user@/a", "http or https"),
        ("https://[::1/a", "http or https"),
        ("https://example.com/a b", "blanks"),
        ("https://example.com/a\nb", "blanks"),
        ("https://example.com", "names no file"),
        ("https://example.com/a/", "names no file"),
        ("https://example.com/a/..", "names no file"),
        ("https://example.com?a=/b", "names no file"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_the_way_out(uri: str, words: str) -> None:
    assert words in refused(cmd="true", artifacts=[artifact(uri)])["/run/artifacts(0)/uri"]


@pytest.mark.parametrize("uri", ["https://[::1]/a", "HTTP://example.com/a", "https://example.com:8443/a?b=c"])
def test_what_can(uri: str) -> None:
    variables = containers(cmd="true", artifacts=[artifact(uri)])["init"]["environment"]
    assert {"name": "FETCH_0", "value": uri} in variables
