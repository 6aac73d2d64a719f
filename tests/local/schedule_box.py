"""A queue on the local AWS for schedules to fill, and requests for such schedules."""

import json
from dataclasses import dataclass
from typing import Any

from local.cloud import Aws

ROLE = "arn:aws:iam::000000000000:role/scheduler"
ACCOUNT = "us-east-1:000000000000"
OFF = {"Mode": "OFF"}


@dataclass
class Box:
    """A queue that schedules fill."""

    aws: Aws
    name: str

    def __post_init__(self) -> None:
        self.client = self.aws.client("sqs")
        self.url = self.client.create_queue(QueueName=self.name)["QueueUrl"]
        self.arn = f"arn:aws:sqs:{ACCOUNT}:{self.name}"

    def messages(self) -> list[Any]:
        """What is in it; it is taken out."""
        asked = {"QueueUrl": self.url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found: list[Any] = self.client.receive_message(**asked).get("Messages", [])
        for message in found:
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def bodies(self) -> list[str]:
        """As messages()."""
        return [message["Body"] for message in self.messages()]


def request(group: str, arn: str, expression: str = "cron(* * * * ? *)", **more: Any) -> dict[str, Any]:
    """The arguments of CreateSchedule and UpdateSchedule."""
    text = json.dumps({"at": "<aws.scheduler.scheduled-time>", "attempt": "<aws.scheduler.attempt-number>"})
    aim = {"Arn": arn, "RoleArn": ROLE, "Input": text, **more.pop("target", {})}
    given = {"Name": "tested", "GroupName": group, "ScheduleExpression": expression, "Target": aim}
    return {**given, "FlexibleTimeWindow": OFF, **more}
