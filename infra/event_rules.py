"""The rules by which events start jobs: what they are called, whom they hand events to, what they give up to."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.roles import arn


class EventRules(Construct):
    """The rules themselves are no resources of the stack: the functions make them, on any bus of account and region.

    Their names begin with the stack's and an underscore: so neither the stack's own rules are among them nor another
    stage's. A rule on a bus other than the account's own has the bus in its ARN (Service Authorization Reference,
    "Actions, resources, and condition keys for Amazon EventBridge").
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, react: lambda_.Function, dead_letters: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        prefix = f"{name}_"
        self.arns = [arn("events", f"rule/{place}{prefix}*") for place in ("", "*/")]
        self.target = react.function_arn
        for construct, rules in zip(("OfDefaultBus", "OfOtherBuses"), self.arns, strict=True):
            lambda_.CfnPermission(
                self,
                construct,
                action="lambda:InvokeFunction",
                function_name=react.function_arn,
                principal="events.amazonaws.com",
                source_arn=rules,
            )
        dead_letters.add_to_resource_policy(
            iam.PolicyStatement(
                sid="EventsThatStartJobs",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[dead_letters.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": self.arns}},
            )
        )
        # What the functions that keep the rules are told.
        self.environment = {
            "RULE_PREFIX": prefix,
            "REACT_FUNCTION_ARN": react.function_arn,
            "DEAD_LETTERS_ARN": dead_letters.queue_arn,
        }
