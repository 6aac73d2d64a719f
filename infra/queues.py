"""The queues for events that could not be handled: no event is lost silently."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.conventions import accept

# Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping": a message stays hidden for at
# least six timeouts of the function. Not more: with the default deadline of 900 s a firing still gets four tries.
TIMEOUTS_HIDDEN = 6
# 25 hours of attempts. After startingDeadlineSeconds, mostly minutes, a firing becomes a FAILED run. SQS allows 1,000.
ATTEMPTS = 500
# Lambda begins with five batches at once ("Configuring scaling behavior for SQS event source mappings"). With more,
# firings that were throttled would be throttled again: see docs/decisions/0016.
AT_ONCE = 5


@dataclass(frozen=True, kw_only=True)
class Queues:
    """The two queues for failed events: the platform dispatches a missed firing again, a dead letter needs a person."""

    missed_firings: sqs.Queue
    dead_letters: sqs.Queue


class DeadLetters(Construct):
    """The queue for events that EventBridge could not deliver, and for those that a function failed on every time."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            retention_period=cdk.Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        accept(self.queue, "SQS3", "This queue is the dead-letter queue.")


class MissedFirings(Construct):
    """The queue for firings that EventBridge Scheduler or `dispatch` failed on. The oldest go to the dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, timeout: int, dead_letters: sqs.Queue) -> None:
        """`timeout` is the one of the function that handles the messages, in seconds."""
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            retention_period=cdk.Duration.days(14),
            visibility_timeout=cdk.Duration.seconds(TIMEOUTS_HIDDEN * timeout),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=ATTEMPTS),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )

    def taken_up_by(self, function: lambda_.Function) -> None:
        """Send the queue's messages to a function, which answers which of a batch it could not handle."""
        lambda_.EventSourceMapping(
            self,
            "TakenUp",
            target=function,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            max_concurrency=AT_ONCE,
            report_batch_item_failures=True,
        )
