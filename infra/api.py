"""The HTTP API, in front of one function that does all the routing."""

import json
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.conventions import accept, arn, log_group
from infra.settings import Settings

# One JSON object a request (API Gateway, "Customize HTTP API access logs"). The query is left out: it may hold secrets.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "responseLength": "$context.responseLength",
    "callerArn": "$context.identity.userArn",
    "callerSubject": "$context.authorizer.claims.sub",
    "sourceIp": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "error": "$context.error.message",
    "authorizerError": "$context.authorizer.error",
    "integrationError": "$context.integrationErrorMessage",
}


# Anybody can call this route, so it has a rate of its own: half of the other routes' rate, and no share in theirs.
HOOKS = "/hooks/{id}"
HOOKS_THROTTLING = {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}


class Api(Construct):
    """The HTTP API. Its URL has no slash at the end: append /ping or /v1/..."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, function: lambda_.IFunction) -> None:
        super().__init__(scope, construct_id)
        self.http_api = apigatewayv2.HttpApi(
            self,
            "HttpApi",
            api_name=settings.stack_name,
            create_default_stage=False,
            default_authorizer=_authorizer(settings),
        )
        integration = integrations.HttpLambdaIntegration("Function", function)
        for path in ("/", "/{proxy+}"):
            routes = self.http_api.add_routes(path=path, methods=[apigatewayv2.HttpMethod.ANY], integration=integration)
            if settings.auth == "none":
                accept(routes[0], "APIG4", "auth=none exists for the local cloud only, which listens on loopback.")
        stage = self._stage(settings)
        stage.add_dependency(self._open_to_hooks(integration))
        self.url = self.http_api.api_endpoint

    def _open_to_hooks(self, integration: integrations.HttpLambdaIntegration) -> cdk.CfnResource:
        """Add the one route that anybody may call, whatever `auth` is: the function checks the secret of the hook."""
        route, *_ = self.http_api.add_routes(
            path=HOOKS,
            methods=[apigatewayv2.HttpMethod.POST],
            integration=integration,
            authorizer=apigatewayv2.HttpNoneAuthorizer(),
        )
        accept(
            route, "APIG4", "Callers of hooks, such as CI, can sign nothing: the function asks for the hook's secret."
        )
        return cast("cdk.CfnResource", route.node.default_child)

    def _stage(self, settings: Settings) -> apigatewayv2.CfnStage:
        log = log_group(
            self,
            "AccessLog",
            days=settings.retention_days,
            # As for the state machines' logs: with this name, it takes no room in the account's resource policy.
            name=f"/aws/vendedlogs/apis/{settings.stack_name}-access",
        )
        return apigatewayv2.CfnStage(
            self,
            "DefaultStage",
            api_id=self.http_api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=100, throttling_burst_limit=200
            ),
            # API Gateway refuses settings for a route that does not exist yet, so the stage is created after the route.
            route_settings={f"POST {HOOKS}": HOOKS_THROTTLING},
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=arn("logs", f"log-group:{log.log_group_name}"), format=json.dumps(ACCESS_LOG)
            ),
        )


def _authorizer(settings: Settings) -> apigatewayv2.IHttpRouteAuthorizer | None:
    if settings.jwt:
        return authorizers.HttpJwtAuthorizer("Jwt", settings.jwt.issuer, jwt_audience=list(settings.jwt.audience))
    if settings.auth == "iam":
        return authorizers.HttpIamAuthorizer()
    return None
