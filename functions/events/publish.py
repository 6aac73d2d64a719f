"""Publish changes of jobs and runs as status events on the deployment's event bus, in the order of the changes.

The table's stream invokes this. The stream is the outbox: code that writes to the table does not handle events, and
none is lost. If the bus refuses an event, its record and all after it come again. So an event may be published twice,
with the same `eventId`.

An event that the bus took is counted in the metrics of runs. A run is counted twice if Lambda hands out the record of
its start or its end twice.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws.eventbridge.bus import NotTakenError
from functions.aws.run_metrics import METRICS, NAMESPACE, STAGE
from functions.aws.table.stream import status_event
from functions.jobs.model.run_count import run_count
from functions.jobs.model.status_event import StatusEvent
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
    changes = [change for _, change in numbered]
    try:
        platform().bus.put(changes)
    except NotTakenError as refused:
        _count(changes[: refused.taken])
        number, _ = numbered[refused.taken]
        logger.warning(str(refused), records=len(event["Records"]), from_record=number)
        return {"batchItemFailures": [{"itemIdentifier": number}]}
    _count(changes)
    logger.info("published", records=len(event["Records"]), events=len(numbered))
    return {"batchItemFailures": []}


def _count(changes: Sequence[StatusEvent]) -> None:
    """Print the numbers of runs that started and ended, in one line, from which CloudWatch Logs makes metrics.

    Source: CloudWatch User Guide, "Specification: Embedded metric format".
    """
    counts = Counter(count for change in changes if (count := run_count(change)))
    if counts:
        # An empty service: with it as a second dimension, the metrics would change if the function's name did.
        metrics = EphemeralMetrics(namespace=NAMESPACE, service="")
        metrics.add_dimension(name=STAGE, value=platform().settings.stage)
        for count, number in counts.items():
            metrics.add_metric(name=METRICS[count], unit=MetricUnit.Count, value=number)
        metrics.flush_metrics()
