"""Calls without the secret: nothing tells them from calls of what does not exist."""

import hmac
import re
from typing import Any

import pytest

from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import HOOKS, TOKEN

DIGEST = re.compile(r"[0-9a-f]{64}")


def test_unknown_hooks_and_wrong_secrets_are_told_apart_by_nothing(
    call: Call, hook: dict[str, Any], aws_calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[str, str]] = []
    compare = hmac.compare_digest

    def noting(one: str, other: str) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noting)
    unknown = "team.job_0123456789abcdef"
    wrong = hook["secret"][:-1] + ("a" if hook["secret"][-1] != "a" else "b")
    seen = []
    for hook_id, headers in (
        (hook["id"], {TOKEN: wrong}),
        (hook["id"], {"authorization": f"Bearer {wrong}"}),
        (hook["id"], {"authorization": f"Basic {hook['secret']}"}),
        (hook["id"], {TOKEN: "\u00e9" * 9}),
        (hook["id"], {}),
        (unknown, {TOKEN: hook["secret"]}),
        ("no.job_0123456789abcdef", {TOKEN: hook["secret"]}),
    ):
        aws_calls.clear()
        answer = call("POST", f"/hooks/{hook_id}", headers=headers)
        seen.append((answer.status, answer.text.replace(hook_id, "ID"), *answer.headers, *aws_calls))
    assert set(seen) == {(404, '{"message": "Hook not found", "id": "ID"}', "Content-Type", "GetItem")}
    assert len(compared) == len(seen)
    assert all(DIGEST.fullmatch(side) for pair in compared for side in pair)
    kept = call("GET", f"{HOOKS}/{hook['id']}").json
    assert kept["lastUsedAt"] is None
    assert call("GET", f"{PATH}/runs").json == []


@pytest.mark.parametrize("hook_id", ["team.job", "x" * 3000, "team.job_0123456789abcde%C3%A9", "_0123456789abcdef"])
def test_what_is_no_id_of_a_hook_is_not_found(call: Call, hook: dict[str, Any], hook_id: str) -> None:
    assert call("POST", f"/hooks/{hook_id}", headers={TOKEN: hook["secret"]}).status == 404
