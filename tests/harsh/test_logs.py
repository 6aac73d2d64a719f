"""Logs on a harsher AWS: each page is first empty, with a new token."""

from typing import Any

import pytest

from functions.events import track
from tests.api.conftest import CONTEXT, RUNS, Call, task_of
from tests.api.firings import end
from tests.api.test_logs import messages, say
from tests.harsh.aws import HarshAws


@pytest.mark.parametrize("query", ["", "&limit=1", "&container=*"])
def test_a_log_is_read_to_its_end(harsh: HarshAws, call: Call, run: dict[str, Any], query: str) -> None:
    say("main", "one", "two", "three")
    track.handler({"detail": task_of(run, "STOPPED", 5, stoppedAt="2026-01-02T03:04:10Z")}, CONTEXT)
    end(run)
    found: list[str] = []
    token = ""
    for _ in range(20):
        answer = call("GET", f"{RUNS}/{run['id']}/logs?nextToken={token}{query}")
        found, token = found + messages(answer), answer.json["nextToken"]
        if answer.json["ended"]:
            break
    assert (found, answer.json["ended"]) == (["one", "two", "three"], True)
    assert harsh.seen["empty pages"] > 0
