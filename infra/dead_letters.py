"""Where events end that nobody could take: nothing is lost in silence."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.nag import accept


@dataclass(frozen=True, kw_only=True)
class Queues:
    """What may be given up to: a firing is dispatched again, anything else waits for a person."""

    missed_firings: sqs.Queue
    dead_letters: sqs.Queue


class DeadLetters(Construct):
    """One queue for all: events that EventBridge could not deliver, and those that a function gave up on."""

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
