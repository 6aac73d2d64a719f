"""Publish changes of jobs and runs as status events on the deployment's event bus, in the order of the changes.

The table's stream invokes this. The stream is the outbox: code that writes to the table does not handle events, and
none is lost. If the bus refuses an event, its record and all after it come again. So an event may be published twice,
with the same `eventId`.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws.eventbridge.bus import NotTakenError
from functions.aws.table.stream import status_event
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[dict[str, str]]]:
    """Lambda's entry: records of the table's stream. Returns the first that must come again, with all after it.

    Source: Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda".
    """
    numbered = [
        (record["dynamodb"]["SequenceNumber"], change)
        for record in event["Records"]
        if (change := status_event(record, platform().settings.stage))
    ]
    try:
        platform().bus.put([change for _, change in numbered])
    except NotTakenError as refused:
        number, _ = numbered[refused.taken]
        logger.warning(str(refused), records=len(event["Records"]), from_record=number)
        return {"batchItemFailures": [{"itemIdentifier": number}]}
    logger.info("published", records=len(event["Records"]), events=len(numbered))
    return {"batchItemFailures": []}
