"""The events of AWS IoT about the jobs of fleet runs: the switch that enables them, the rules that send them on."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iot as iot
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.conventions import Allow, arn, role

# AWS IoT Developer Guide, "Jobs events": the topics of a job and of its executions. Level four is the job's id.
TOPICS = {"Jobs": "$aws/events/job/#", "Executions": "$aws/events/jobExecution/#"}
SQL = "SELECT *, topic() AS topic FROM '{topic}' WHERE startswith(topic(4), '{prefix}-')"


class Fleet(Construct):
    """Two topic rules that call the function `follow`. If a call fails, the event goes to the dead-letter queue.

    The rules have fixed names: the role by which they send to that queue admits these two rules only.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        follow: lambda_.Function,
        dead_letters: sqs.Queue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._names = f"{prefix}_".replace("-", "_")  # IoT allows letters, digits and underscores
        giving_up = self._giving_up(dead_letters)
        for name, topic in TOPICS.items():
            sql = SQL.format(topic=topic, prefix=prefix)
            rule = self._rule(name, sql, follow, _sqs_action(dead_letters, giving_up))
            lambda_.CfnPermission(
                self,
                f"{name}Call",
                action="lambda:InvokeFunction",
                function_name=follow.function_arn,
                principal="iot.amazonaws.com",
                source_account=cdk.Aws.ACCOUNT_ID,
                source_arn=rule.attr_arn,
            )

    def _rule(
        self, name: str, sql: str, follow: lambda_.Function, error: iot.CfnTopicRule.ActionProperty
    ) -> iot.CfnTopicRule:
        call = iot.CfnTopicRule.LambdaActionProperty(function_arn=follow.function_arn)
        return iot.CfnTopicRule(
            self,
            name,
            rule_name=f"{self._names}{name.lower()}",
            topic_rule_payload=iot.CfnTopicRule.TopicRulePayloadProperty(
                sql=sql,
                aws_iot_sql_version="2016-03-23",
                description="What becomes of the IoT jobs of fleet runs",
                actions=[iot.CfnTopicRule.ActionProperty(lambda_=call)],
                error_action=error,
                rule_disabled=False,
            ),
        )

    def _giving_up(self, dead_letters: sqs.Queue) -> iam.Role:
        # AWS IoT Developer Guide, "Cross-service confused deputy prevention": the source is a rule.
        rules = {"aws:SourceArn": arn("iot", f"rule/{self._names}*")}
        trust = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}, "ArnLike": rules}
        give_up = Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn])
        return role(self, "GivingUpRole", service="iot", allowed=[give_up], trust=trust)


def switch_events_on(scope: Construct, construct_id: str, *, by: lambda_.Function) -> None:
    """Enable the job events of IoT, a setting of account and region for which CloudFormation has no resource type."""
    cdk.CustomResource(
        scope,
        construct_id,
        service_token=by.function_arn,
        resource_type="Custom::IotJobEvents",
        service_timeout=cdk.Duration.minutes(5),  # CloudFormation waits that long for its answer
    )


def _sqs_action(queue: sqs.Queue, by: iam.Role) -> iot.CfnTopicRule.ActionProperty:
    """Return the action for an event that Lambda does not accept, for example because it throttles."""
    send = iot.CfnTopicRule.SqsActionProperty(queue_url=queue.queue_url, role_arn=by.role_arn, use_base64=False)
    return iot.CfnTopicRule.ActionProperty(sqs=send)
