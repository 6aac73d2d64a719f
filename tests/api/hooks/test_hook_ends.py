"""A secret that is void: by rotation, with its hook, with its job."""

import pytest

from functions.aws import clients
from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import DEPLOY, HOOKS, TOKEN


@pytest.mark.usefixtures("job")
def test_a_rotated_hook_has_another_secret(call: Call) -> None:
    made = call("POST", HOOKS, {"description": "CI"}).json
    rotated = call("POST", f"{HOOKS}/{made['id']}/actions/rotate")
    assert (rotated.status, rotated.headers["Cache-Control"]) == (200, "no-store")
    assert rotated.json["rotatedAt"] >= made["createdAt"]
    assert {**rotated.json, "secret": "", "rotatedAt": None} == made | {"secret": ""}
    for secret, status in ((made["secret"], 404), (rotated.json["secret"], 201)):
        assert call("POST", f"/hooks/{made['id']}", headers={TOKEN: secret}).status == status


@pytest.mark.usefixtures("job")
def test_a_deleted_hook_is_gone(call: Call) -> None:
    made = call("POST", HOOKS).json
    deleted = call("DELETE", f"{HOOKS}/{made['id']}")
    assert (deleted.status, deleted.text) == (200, "")
    assert call("GET", HOOKS).json == []
    assert call("DELETE", f"{HOOKS}/{made['id']}").status == 404
    assert call("POST", f"/hooks/{made['id']}", headers={TOKEN: made["secret"]}).status == 404


@pytest.mark.usefixtures("job")
def test_a_hook_goes_with_its_job(call: Call) -> None:
    made = call("POST", HOOKS).json
    left = [item for item in clients.dynamodb().scan(TableName="shiftwork")["Items"] if "HOOK#" in item["SK"]["S"]]
    assert call("DELETE", PATH).status == 200
    assert call("POST", "/v1/jobs", DEPLOY).status == 201
    assert call("GET", HOOKS).json == []
    # Should it be left over, it is still not the new job's.
    clients.dynamodb().put_item(TableName="shiftwork", Item=left[0])
    assert call("GET", HOOKS).json == []
    assert call("GET", f"{HOOKS}/{made['id']}").status == 404
    assert call("POST", f"/hooks/{made['id']}", headers={TOKEN: made["secret"]}).status == 404
    assert call("GET", f"{PATH}/runs").json == []
