"""Correction of event source mappings: the queues and streams that a Lambda function reads."""

import json
from typing import Any

from ministack.services import lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from local.corrections import iam
from local.corrections.registry import correction, put, replace

NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
OF_STREAMS = ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")


@correction("lambda.mappings")
def mappings() -> None:
    """Check each new mapping.

    MiniStack maps any queue to any function. AWS refuses a mapping whose queue shows a message again before the
    function is done with it (Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping"),
    and one whose function's role must not take messages from the queue (the same page, permissions), or must not read
    the stream ("Process DynamoDB records with Lambda", permissions).
    """
    create = lambda_svc._create_esm
    provision = provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]["create"]

    def create_checked(data: dict[str, Any]) -> Any:
        refusal = _refusal(data)
        if not refusal:
            return create(data)
        body = {"Type": "User", "message": refusal, "__type": "InvalidParameterValueException"}
        headers = {"Content-Type": "application/json", "x-amzn-errortype": "InvalidParameterValueException"}
        return 400, headers, json.dumps(body).encode()

    def provision_checked(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        if refusal := _refusal(properties):
            raise ValueError(f"Invalid request provided: {refusal}")
        return provision(logical_id, properties, stack)

    replace(lambda_svc, _create_esm=create_checked)
    put(provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"], "create", provision_checked)


def _refusal(asked: dict[str, Any]) -> str:
    source = str(asked.get("EventSourceArn", ""))
    _, config, _ = lambda_svc._get_func_record_for_ref(asked.get("FunctionName", ""))
    if config and ":dynamodb:" in source:
        return _refusal_of_stream(config["Role"], source)
    queue = sqs._queue_by_arn(source)
    if not config or queue is None:
        return ""
    hidden, timeout = int(queue["attributes"].get("VisibilityTimeout", 30)), int(config.get("Timeout", 3))
    if hidden < timeout:
        return f"Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds"
    for action in NEEDED:
        if not iam.allows(config["Role"], f"sqs:{action}", source):
            return f"The provided execution role does not have permissions to call {action} on SQS"
    return ""


def _refusal_of_stream(role: str, stream: str) -> str:
    if all(iam.allows(role, f"dynamodb:{action}", stream) for action in OF_STREAMS):
        return ""
    needed = f"{', '.join(OF_STREAMS[:-1])}, and {OF_STREAMS[-1]}"
    return f"Cannot access stream {stream}. Please ensure the role can perform the {needed} Actions on your stream."
