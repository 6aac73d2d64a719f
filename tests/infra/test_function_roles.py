"""What the functions may do: what their calls need, and no more."""

from tests.infra.template import Template

FIND = {f"iot:{call}" for call in ("DescribeThing", "DescribeThingGroup", "SearchIndex")}
LOOK = {"iot:DescribeJob", "iot:ListJobExecutionsForJob"}
CANCEL = LOOK | {"iot:CancelJob"}
CONCLUDE = {"states:SendTaskSuccess", "states:SendTaskFailure"}
LOG = {"logs:CreateLogStream", "logs:PutLogEvents"}
ON_EVERY_FUNCTION = LOG | {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_each_function_may_do_what_its_calls_need_and_no_more(dev: Template) -> None:
    table = [f"dynamodb:{name}Item" for name in ("Get", "Put", "Update")]
    dead_letter = {"sqs:SendMessage"}
    trigger = {*table, "dynamodb:ConditionCheckItem", "states:StartExecution", "states:DescribeExecution"}
    follow = {f"dynamodb:{call}" for call in ("BatchGetItem", "Query", "DeleteItem", "BatchWriteItem")} | trigger
    settle = follow | {"states:StopExecution", "ecs:StopTask"}  # what is late
    assert dev.actions("FunctionsSettleRole") == ON_EVERY_FUNCTION | dead_letter | settle
    assert dev.actions("FunctionsReactRole") == ON_EVERY_FUNCTION | dead_letter | trigger | {"dynamodb:BatchGetItem"}
    # A firing may stop the runs that it replaces.
    fire = {"dynamodb:BatchGetItem", "states:StopExecution"} | trigger | CANCEL
    assert dev.actions("FunctionsDispatchRole") == ON_EVERY_FUNCTION | dead_letter | fire
    take_up = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    assert dev.actions("FunctionsMissedRole") == ON_EVERY_FUNCTION | fire | take_up
    keep = {f"scheduler:{call}Schedule" for call in ("Create", "Update", "Delete")} | {"iam:PassRole"}
    keep |= {f"events:{call}" for call in ("PutRule", "PutTargets", "RemoveTargets", "DeleteRule")}
    tend = (
        CANCEL | CONCLUDE | {"iot:DeleteThingGroup", "iot:DeleteDynamicThingGroup", "iot:DescribeEventConfigurations"}
    )
    tend |= {"iot:ListThingsInThingGroup", "iot:RemoveThingFromThingGroup"}
    erase = {"ecs:ListTaskDefinitions", "ecs:DeregisterTaskDefinition"}
    assert dev.actions("FunctionsSweepRole") == ON_EVERY_FUNCTION | settle | keep | tend | erase
    read = {f"dynamodb:{call}" for call in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")}
    assert dev.actions("FunctionsPublishRole") == LOG | dead_letter | read | {"events:PutEvents"}
    note = {"dynamodb:GetItem", "dynamodb:UpdateItem", "ecs:StopTask"}
    assert dev.actions("FunctionsTrackRole") == LOG | dead_letter | note
    assert dev.actions("FunctionsApiRole") == ON_EVERY_FUNCTION | keep | FIND | CANCEL | {
        "iot:DescribeEventConfigurations",
        *("events:TestEventPattern", "events:DescribeEventBus"),
        *(*table, "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:DeleteItem"),
        *("dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
        *(
            "states:StartExecution",
            "states:StopExecution",
            "states:DescribeExecution",
            "states:GetExecutionHistory",
            "logs:GetLogEvents",
            "cloudwatch:GetMetricData",
        ),
        *("s3:PutObject", "s3:GetObject", "s3:ListBucket"),
        *("ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions", "ecs:TagResource"),
    }


def test_the_sweep_reads_one_index_and_missed_one_queue(dev: Template) -> None:
    [query] = [one for one in dev.statements("FunctionsSweepRole") if one["Action"] == "dynamodb:Query"]
    assert query["Resource"]["Fn::Join"][1][-1] == "/index/GSI1"
    [take_up] = [one for one in dev.statements("FunctionsMissedRole") if "sqs:ReceiveMessage" in one["Action"]]
    assert take_up["Resource"] == {"Fn::GetAtt": [dev.the("SQS::Queue", named="MissedFirings")[0], "Arn"]}


def test_dispatch_gives_up_to_the_missed_firings_only(dev: Template) -> None:
    [give_up] = [one for one in dev.statements("FunctionsDispatchRole") if one["Action"] == "sqs:SendMessage"]
    assert give_up["Resource"] == {"Fn::GetAtt": [dev.the("SQS::Queue", named="MissedFirings")[0], "Arn"]}
