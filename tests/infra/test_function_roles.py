"""What the functions may do: what their calls need, and no more."""

from tests.infra.template import Template

ON_EVERY_FUNCTION = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def test_each_function_may_do_what_its_calls_need_and_no_more(dev: Template) -> None:
    table = [f"dynamodb:{name}Item" for name in ("Get", "Put", "Update")]
    dead_letter = {"sqs:SendMessage"}
    trigger = {*table, "dynamodb:ConditionCheckItem", "states:StartExecution", "states:DescribeExecution"}
    assert dev.actions("FunctionsDispatchRole") == ON_EVERY_FUNCTION | dead_letter | trigger
    children = {"dynamodb:BatchGetItem"} | trigger  # who waits for a success, and their runs
    assert dev.actions("FunctionsSettleRole") == ON_EVERY_FUNCTION | dead_letter | children
    assert dev.actions("FunctionsTrackRole") == ON_EVERY_FUNCTION | dead_letter | {"dynamodb:UpdateItem"}
    assert dev.actions("FunctionsApiRole") == ON_EVERY_FUNCTION | {
        *(*table, "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:DeleteItem"),
        *("dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"),
        *(
            "states:StartExecution",
            "states:StopExecution",
            "states:DescribeExecution",
            "logs:GetLogEvents",
            "iam:PassRole",
            "cloudwatch:GetMetricData",
        ),
        *("ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition", "ecs:ListTaskDefinitions", "ecs:TagResource"),
    }
