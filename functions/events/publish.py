"""Jobs and runs have changed in the table: tell it on the deployment's event bus, in the order of the changes.

The table's stream is the outbox: who writes the table need not think of events, and none is lost. What the bus does not
take comes again, from the first such record on: so an event may be told twice, with the same `eventId`.
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
    """Lambda's entry: records of the table's stream; answers the first that shall come again, with all after it.

    Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda".
    """
    told = [
        (record["dynamodb"]["SequenceNumber"], found)
        for record in event["Records"]
        if (found := status_event(record, platform().settings.stage))
    ]
    try:
        platform().bus.put([found for _, found in told])
    except NotTakenError as refused:
        number, _ = told[refused.taken]
        logger.warning(str(refused), records=len(event["Records"]), from_record=number)
        return {"batchItemFailures": [{"itemIdentifier": number}]}
    logger.info("published", records=len(event["Records"]), events=len(told))
    return {"batchItemFailures": []}
