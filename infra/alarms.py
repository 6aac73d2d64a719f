"""Three alarms, for what needs a person. At 0.10 USD each a month they are all that an idle stack costs."""

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Alarms(Construct):
    """They show in CloudWatch; whom to tell is the account's own choice."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        dead_letters: sqs.Queue,
        http_api: apigatewayv2.HttpApi,
        settle: lambda_.Function,
    ) -> None:
        super().__init__(scope, construct_id)
        letters = dead_letters.metric_approximate_number_of_messages_visible(statistic="Maximum")
        self._alarm("DeadLetters", letters, "An event reached nobody: read the dead-letter queue.")
        failed = http_api.metric_server_error(statistic="Sum")
        self._alarm("ApiErrors", failed, "The API answered with a 5xx: read the log of the api function.")
        unsettled = settle.metric_errors()
        self._alarm("SettleErrors", unsettled, "A run that ended could not be settled: read the log of settle.")

    def _alarm(self, construct_id: str, metric: cloudwatch.Metric, what: str) -> None:
        cloudwatch.Alarm(
            self,
            construct_id,
            alarm_description=what,
            metric=metric,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
