"""The OpenAPI document: it is in the repository as the code gives it, it is complete, and its page stands alone."""

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from functions.api.handler import app
from functions.api.http import MAX_ANSWER
from tests.api.conftest import Call

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(app.document())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_the_file_in_docs_is_what_the_code_gives() -> None:
    assert FILE.read_text() == app.document(), "`make openapi` writes docs/openapi.json anew"


def test_statuses_have_the_names_of_rfc_9110_in_each_version_of_python() -> None:
    answers = [one for operation in OPERATIONS.values() for one in operation["responses"].items()]
    names = {int(status): answer["description"] for status, answer in answers}
    # http.HTTPStatus has these two names from Python 3.13 on, and all others in each version.
    renamed = {413: "Content Too Large", 422: "Unprocessable Content"}
    assert names == {status: renamed.get(status, HTTPStatus(status).phrase) for status in names}


def test_the_document_is_served(call: Call) -> None:
    answer = call("GET", "/openapi.json")
    assert (answer.status, answer.content_type, answer.text) == (200, "application/json", app.document())


def described(name: str, field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a field lacks; one that refers to a schema of its own may have it there."""
    if not {"description", "$ref"} & field.keys():
        yield name, "description"
    forms = [field, *field.get("anyOf", [])]
    if not any({"examples", "$ref"} & {*form, *form.get("items", {})} for form in forms):
        yield name, "example"


def test_every_field_has_a_description_and_an_example() -> None:
    lacks = [
        lack
        for title, schema in DOCUMENT["components"]["schemas"].items()
        for name, field in {"": {**schema, "examples": []}, **schema.get("properties", {})}.items()
        for lack in described(f"{title}.{name}", field)
    ]
    assert lacks == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_parameter_and_body_is_described(name: str) -> None:
    operation = OPERATIONS[name]
    fields = [{**one["schema"], "title": one["name"]} for one in operation.get("parameters", [])]
    headers = [answer.get("headers", {}) for answer in operation["responses"].values()]
    fields += [{**one["schema"], **one, "title": title} for found in headers for title, one in found.items()]
    assert [lack for field in fields for lack in described(field["title"], field)] == []
    assert operation.get("requestBody", {"description": "none"})["description"]
    assert operation["summary"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_its_errors(name: str) -> None:
    operation = OPERATIONS[name]
    expected = {"400", "403", "429", "500", "503"}
    if "{" in name:
        expected |= {"404"}
    if "requestBody" in operation:
        expected |= {"409", "413", "415", "422"}
    if "if-match" in {one["name"].lower() for one in operation.get("parameters", [])}:
        expected |= {"409", "412"}
    assert expected <= operation["responses"].keys()


def test_it_says_who_may_call() -> None:
    assert DOCUMENT["components"]["securitySchemes"].keys() == {"iam", "jwt", "hook", "hookBearer"}
    assert DOCUMENT["security"] == [{"iam": []}, {"jwt": []}, {}]
    otherwise = {name: operation["security"] for name, operation in OPERATIONS.items() if "security" in operation}
    assert otherwise == {"POST /hooks/{hook_id}": [{"hook": []}, {"hookBearer": []}]}


def test_examples_of_whole_documents_are_valid(call: Call) -> None:
    (job,) = DOCUMENT["components"]["schemas"]["JobDocument"]["examples"]
    assert call("POST", "/v1/jobs?validate=true", job).status == 200


def test_the_page_loads_nothing_from_other_hosts(call: Call) -> None:
    page = call("GET", "/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not re.findall(r"https?:|\*", policy)
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\(["']?(?:https?:)?//""", page.text)


def test_the_page_is_small_enough_for_lambda(call: Call) -> None:
    page = call("GET", "/docs")
    assert (page.status, page.content_type) == (200, "text/html")
    assert len(page.text.encode()) < MAX_ANSWER
    packed = call("GET", "/docs", headers={"accept-encoding": "gzip"})
    assert len(packed.text) < 1_000_000


def test_the_pages_own_link_to_the_document_works(call: Call) -> None:
    assert call("GET", "/docs?format=json").json["openapi"].startswith("3.1")
