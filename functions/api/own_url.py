"""Where the API is, as its caller knows it."""

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2


def own_url(event: APIGatewayProxyEventV2) -> str:
    """The API's URL, without a slash at its end, for links that are followed from elsewhere.

    API Gateway sets X-Forwarded-Proto, and answers to no other hosts than its own.
    """
    host = event.headers.get("host", event.request_context.domain_name)
    return f"{event.headers.get('x-forwarded-proto', 'https')}://{host}"
