"""The alarms, for what needs a person. At 0.10 USD each a month they are half of what an idle stack costs."""

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.functions import Functions
from infra.queues import Queues


class Alarms(Construct):
    """They show in CloudWatch; whom to tell is the account's own choice."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Queues,
        http_api: apigatewayv2.HttpApi,
        functions: Functions,
    ) -> None:
        super().__init__(scope, construct_id)
        letters = queues.dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum")
        self._alarm("DeadLetters", letters, "An event reached nobody: read the dead-letter queue.")
        failed = http_api.metric_server_error(statistic="Sum")
        self._alarm("ApiErrors", failed, "The API answered with a 5xx: read the log of the api function.")
        unsettled = functions.settle.metric_errors()
        self._alarm("SettleErrors", unsettled, "A run that ended could not be settled: read the log of settle.")
        # Sent, not visible: a message that is dispatched at the second try is gone before anybody counts it.
        missed = queues.missed_firings.metric_number_of_messages_sent(statistic="Sum")
        self._alarm(
            "MissedFirings", missed, "A firing could not be dispatched at once: read the logs of dispatch, missed."
        )
        # Lambda reports errors, 0 too, with each invocation: no figure at all means that no sweep has run.
        unswept = functions.sweep.metric_errors()
        what = "Sweeps fail, or do not run: schedules may differ from the table, devices be seen late. Read its log."
        self._alarm("SweepErrors", unswept, what, periods=2, missing=cloudwatch.TreatMissingData.BREACHING)

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.Metric,
        what: str,
        *,
        periods: int = 1,
        missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        cloudwatch.Alarm(
            self,
            construct_id,
            alarm_description=what,
            metric=metric,
            threshold=1,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=missing,
        )
