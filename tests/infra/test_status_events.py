"""What happens to jobs and runs is told on the bus: all of it, in order, or the dead letters say what was not."""

import json

from tests.infra.template import Properties, Template


def test_the_bus_is_known_by_the_stages_name(dev: Template, prod: Template) -> None:
    assert [one.the("Events::EventBus")[1]["Name"] for one in (dev, prod)] == ["shiftwork-dev", "shiftwork-prod"]
    assert dev.body["Outputs"]["EventBusName"]["Value"] == {"Ref": dev.the("Events::EventBus")[0]}


def test_publish_reads_the_tables_stream_from_its_beginning(dev: Template) -> None:
    mapping = _mapping(dev)
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": [dev.the("DynamoDB::Table")[0], "StreamArn"]}
    assert mapping["FunctionName"] == {"Ref": dev.the("Lambda::Function", named="FunctionsPublish")[0]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_only_what_may_be_told_wakes_it(dev: Template) -> None:
    patterns = [json.loads(one["Pattern"])["dynamodb"] for one in _mapping(dev)["FilterCriteria"]["Filters"]]
    keys = [pattern["Keys"]["SK"]["S"] for pattern in patterns]
    assert keys == [["JOB"], [{"prefix": "RUN#"}]]
    assert "NewImage" not in patterns[0], "that a job is deleted is told"
    assert patterns[1]["NewImage"] == {"status": {"S": [{"exists": True}]}}, "that a run is forgotten is not"


def test_the_order_holds_and_what_the_bus_refuses_comes_again(dev: Template) -> None:
    mapping = _mapping(dev)
    assert mapping["ParallelizationFactor"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True


def test_what_was_never_taken_is_a_dead_letter_while_the_stream_still_has_it(dev: Template) -> None:
    mapping = _mapping(dev)
    letters = {"Fn::GetAtt": [dev.the("SQS::Queue", named="DeadLetters")[0], "Arn"]}
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": letters}}
    assert "MaximumRetryAttempts" not in mapping, "an outage of an hour is more tries than anyone can name"
    assert mapping["MaximumRecordAgeInSeconds"] == 3600, "the stream keeps its records for a day"


def test_publish_may_tell_on_this_bus_only(dev: Template) -> None:
    [tell] = [one for one in dev.statements("FunctionsPublishRole") if one["Action"] == "events:PutEvents"]
    assert tell["Resource"] == {"Fn::GetAtt": [dev.the("Events::EventBus")[0], "Arn"]}
    [read] = [one for one in dev.statements("FunctionsPublishRole") if "dynamodb:GetRecords" in one["Action"]]
    table = {"Fn::GetAtt": [dev.the("DynamoDB::Table")[0], "Arn"]}
    assert read["Resource"]["Fn::Join"][1] == [table, "/stream/*"]
    [give_up] = [one for one in dev.statements("FunctionsPublishRole") if one["Action"] == "sqs:SendMessage"]
    assert give_up["Resource"] == {"Fn::GetAtt": [dev.the("SQS::Queue", named="DeadLetters")[0], "Arn"]}


def _mapping(template: Template) -> Properties:
    return template.the("Lambda::EventSourceMapping", named="StatusEvents")[1]
