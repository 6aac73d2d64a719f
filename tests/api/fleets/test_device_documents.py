"""The document that a device receives: a parameter fills values in it, and neither a name nor the text around them."""

from tests.api.conftest import RUNS
from tests.api.fleets.fleet import PUMPS, Fleet


def test_a_value_cannot_be_the_name_of_anything(fleet: Fleet) -> None:
    document = {"operation": "check", "more": [{"${aws:iot:parameter:NAME}": "anything"}]}
    job = {"id": "team.job", "parameters": {"NAME": {"required": True}}}
    answer = fleet.call("POST", "/v1/jobs", job | {"run": {"fleet": PUMPS | {"document": document}}})
    assert answer.status == 422
    (wrong,) = answer.json["details"]
    assert wrong["path"] == "/run/fleet/document"
    assert "in the name of a field" in wrong["errors"][0]


def test_numbers_of_a_document_come_to_the_device_as_they_are(fleet: Fleet) -> None:
    run = fleet.begin(document={"ratio": 1.5, "large": 10**30, "whole": 2.0, "small": 1e-7, "none": None, "": [True]})
    sent = '{"ratio":1.5,"large":1000000000000000000000000000000,"whole":2.0,"small":1e-07,"none":null,"":[true]}'
    assert fleet.job(run).asked["document"] == sent


def test_a_run_whose_targets_have_quotes_and_lines_in_their_values_says_the_same_to_devices(fleet: Fleet) -> None:
    fleet.save(
        job={
            "id": "team.job",
            "parameters": {"WORDS": {"required": True}},
            "run": {"fleet": PUMPS | {"document": {"say": "${aws:iot:parameter:WORDS}", "then": "stop"}}},
        }
    )
    run = fleet.trigger({"parameters": {"WORDS": '","then":"go\n\\'}})
    fleet.roll_out(run)
    assert fleet.job(run).asked["document"] == '{"say":"\\",\\"then\\":\\"go\\n\\\\","then":"stop"}'
    for value in ("${aws:iot:s3-presigned-url:https://s3.amazonaws.com/b/k}", "x" * 32_768):
        assert fleet.call("POST", RUNS, {"parameters": {"WORDS": value}}).status == 422
