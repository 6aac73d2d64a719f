"""The alarms, each for a failure that needs a person. At 0.10 USD a month each, they are half the cost when idle."""

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.functions import Functions
from infra.queues import Queues

# Such an alarm is OK minutes after it is created, although its metric has no data yet. While data is missing,
# CloudWatch's default would leave it in INSUFFICIENT_DATA.
NO_NEWS_IS_GOOD_NEWS = cloudwatch.TreatMissingData.NOT_BREACHING


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
        # SQS reports a queue for as long as it has messages (SQS Developer Guide, "Available CloudWatch metrics").
        what = "No function could handle an event. Read the messages in the dead-letter queue."
        self._alarm("DeadLetters", letters, what, missing=NO_NEWS_IS_GOOD_NEWS)
        # Lambda reports nothing while nobody calls. Not the 5xx of the HTTP API: they include 503, which the function
        # answers if AWS throttles it.
        failed = functions.api.metric_errors()
        what = "A request failed with a 500, or took too long. Read the log of the function api."
        self._alarm("ApiErrors", failed, what, missing=NO_NEWS_IS_GOOD_NEWS)
        what = "A run has ended, but its end could not be recorded. Read the log of the function settle."
        self._alarm("SettleErrors", functions.settle.metric_errors(), what, missing=NO_NEWS_IS_GOOD_NEWS)
        # It counts messages sent, not visible ones: a firing that succeeds at the second try is soon gone.
        missed = queues.missed_firings.metric_number_of_messages_sent(statistic="Sum")
        what = "A firing failed at the first try. Read the logs of the functions dispatch and missed."
        self._alarm("MissedFirings", missed, what, missing=NO_NEWS_IS_GOOD_NEWS)
        # Lambda reports the number of errors with each invocation, also 0: missing data means that no sweep has run.
        # That is so in the first minutes of a deployment too, and a sweep that never runs must not go unseen.
        what = (
            "The sweep fails or does not run, so nothing repairs what failed calls left behind. Read the log of sweep."
        )
        unswept, missing = functions.sweep.metric_errors(), cloudwatch.TreatMissingData.BREACHING
        self._alarm("SweepErrors", unswept, what, periods=2, missing=missing)

    def _alarm(
        self,
        construct_id: str,
        metric: cloudwatch.Metric,
        what: str,
        *,
        missing: cloudwatch.TreatMissingData,
        periods: int = 1,
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
