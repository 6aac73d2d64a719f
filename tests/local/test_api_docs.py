"""The examples of docs/api.md: each answers with the status that stands behind it, and no operation is without one."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from functions.api.handler import METRONOME, app
from local.cloud import Cloud

ROOT = Path(__file__).parents[2]
EXAMPLES = "\n".join(re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.DOTALL))
# What curl reads before its arguments: one line on stderr for each request.
CURLRC = 'silent\nwrite-out = "%{stderr}%{http_code} %{method} %{url_effective}\\n"\n'


@pytest.fixture(scope="module")
def requests(open_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The requests that the examples make: status, method and path of each, in order; a loop's are one."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / ".curlrc").write_text(CURLRC)
    (folder / "examples").symlink_to(ROOT / "examples")
    open_cloud.client("iot").create_thing(thingName="lamp-1")
    ended = subprocess.run(
        ["/bin/sh", "-ec", EXAMPLES],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "CURL_HOME": str(folder), "API": open_cloud.api_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    made = [line.replace(open_cloud.api_url, "").partition("?")[0].split() for line in ended.stderr.splitlines()]
    return [one for one, before in zip(made, [[], *made], strict=False) if one != before or "GET" not in one]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_each_example_answers_as_it_says(requests: list[list[str]]) -> None:
    promised = [status for _, status in re.findall(r"(curl )(?:.|\\\n)*?    # (\d{3})$", EXAMPLES, re.MULTILINE)]
    assert len(promised) == EXAMPLES.count("curl ")
    assert [f"{status} {method} {path}" for status, (_, method, path) in zip(promised, requests, strict=True)] == [
        " ".join(request) for request in requests
    ]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_each_operation_has_an_example_that_succeeds(requests: list[list[str]]) -> None:
    made = {f"{method} {path.removeprefix(METRONOME)}" for status, method, path in requests if status < "300"}
    document = app.get_openapi_schema().paths or {}
    operations = [
        f"{method} {path}"
        for path, item in document.items()
        for method, operation in (("GET", item.get), ("PUT", item.put), ("POST", item.post), ("DELETE", item.delete))
        if operation
    ]
    without = [
        name
        for name in [*operations, "GET /openapi.json", "GET /docs"]
        if not any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", name), one) for one in made)
    ]
    assert without == []
