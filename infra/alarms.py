"""The alarms, each for a failure that needs a person. At 0.10 USD a month each, they are half the cost when idle."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.functions import Functions
from infra.queues import Queues


class Alarms(Construct):
    """The alarms show in CloudWatch and notify nobody: who gets them is the choice of the account."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queues: Queues,
        functions: Functions,
    ) -> None:
        super().__init__(scope, construct_id)
        letters = queues.dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum")
        self._alarm(
            "DeadLetters", letters, "No function could handle an event. Read the messages in the dead-letter queue."
        )
        # Not the 5xx of the HTTP API: they include 503, which the function answers if AWS throttles it.
        failed = functions.api.metric_errors()
        self._alarm(
            "ApiErrors", failed, "A request failed with a 500, or took too long. Read the log of the function api."
        )
        unsettled = functions.settle.metric_errors()
        self._alarm(
            "SettleErrors",
            unsettled,
            "A run has ended, but its end could not be recorded. Read the log of the function settle.",
        )
        # It counts messages sent, not visible ones: a firing that succeeds at the second try is soon gone.
        missed = queues.missed_firings.metric_number_of_messages_sent(statistic="Sum")
        self._alarm(
            "MissedFirings",
            missed,
            "A firing failed at the first try. Read the logs of the functions dispatch and missed.",
        )
        # Lambda reports the number of errors with each invocation, also 0: missing data means that no sweep has run.
        unswept = functions.sweep.metric_errors()
        what = (
            "The sweep fails or does not run, so nothing repairs what failed calls left behind. Read the log of sweep."
        )
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
