"""Wrong parameters of requests."""

import pytest

from tests.api.conftest import Call


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/jobs?limit=0", "limit: "),
        ("/v1/jobs?limit=1001", "limit: "),
        ("/v1/jobs?limit=many", "limit: "),
        ("/v1/jobs?cursor=rubbish", "Not a valid cursor"),
        ("/v1/jobs?group=Not+One", "Not a valid id"),
        ("/v1/jobs?label=none", "label: &#x27;none&#x27; is not of the form name=value"),
        (f"/v1/runs?label={','.join(f'a{n}=b' for n in range(51))}", "label: List should have at most 50 items"),
        ("/v1/jobs?labels=a%3Db", "Unknown parameter labels. Use only cursor, embed, group, label, limit."),
        ("/v1/jobs?embed=everything", "Unknown embed options. Valid options are: activeRuns"),
        ("/v1/runs?status=DONE", "Input should be"),
        ("/v1/runs?since=yesterday", "since: &#x27;yesterday&#x27; is not a time"),
        ("/v1/runs?limit=101", "limit: "),
    ],
)
def test_a_wrong_parameter_is_named(call: Call, path: str, words: str) -> None:
    answer = call("GET", path)
    assert (answer.status, answer.json["requestPath"]) == (400, path.partition("?")[0])
    assert words in answer.json["message"]
