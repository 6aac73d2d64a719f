"""Firings that could not be dispatched at once: where they wait, and who takes them up again."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.platform_function import TIMEOUT

# Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping": at least six times the timeout
# of the function. No more than that: with the default deadline of 900 s a firing still gets four tries.
COMES_BACK_AFTER = 6 * TIMEOUT
# 25 hours of attempts. Past startingDeadlineSeconds, mostly minutes, a firing is a FAILED run. SQS takes 1,000.
ATTEMPTS = 500
# Five batches at once are what Lambda begins with ("Configuring scaling behavior for SQS event source mappings"). With
# more, a herd that was throttled would be throttled again: see docs/decisions/0016.
AT_ONCE = 5


class MissedFirings(Construct):
    """A queue that EventBridge Scheduler and `dispatch` give up to. What stays too long goes to the dead letters."""

    def __init__(self, scope: Construct, construct_id: str, *, dead_letters: sqs.Queue) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            retention_period=cdk.Duration.days(14),
            visibility_timeout=cdk.Duration.seconds(COMES_BACK_AFTER),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=ATTEMPTS),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )

    def taken_up_by(self, function: lambda_.Function) -> None:
        """Hand the queue's messages to a function, which says which of a batch it could not handle."""
        lambda_.EventSourceMapping(
            self,
            "TakenUp",
            target=function,
            event_source_arn=self.queue.queue_arn,
            batch_size=10,
            max_concurrency=AT_ONCE,
            report_batch_item_failures=True,
        )
