"""The door: who may come in, how often, and what is noted."""

from pathlib import Path

from infra.settings import Jwt, Settings
from tests.infra.template import Template, synthesise

TOKENS = Jwt(issuer="https://issuer.example.com", audience=("shiftwork",))


def test_each_route_asks_who_is_there(dev: Template, tmp_path: Path) -> None:
    tokens = synthesise(Settings(auth="jwt", jwt=TOKENS), tmp_path)
    for template, kind in ((dev, "AWS_IAM"), (tokens, "JWT")):
        routes = template.of("ApiGatewayV2::Route").values()
        assert {route["RouteKey"] for route in routes} == {"ANY /", "ANY /{proxy+}"}
        assert {route["AuthorizationType"] for route in routes} == {kind}
    assert tokens.the("ApiGatewayV2::Authorizer")[1]["JwtConfiguration"] == {
        "Issuer": TOKENS.issuer,
        "Audience": list(TOKENS.audience),
    }


def test_the_api_is_throttled_and_logs_who_asked_for_what(dev: Template) -> None:
    _, stage = dev.the("ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    for field in ("requestId", "identity.userArn", "path", "status", "responseLatency"):
        assert f"$context.{field}" in stage["AccessLogSettings"]["Format"]
    assert dev.the("ApiGatewayV2::Integration")[1]["PayloadFormatVersion"] == "2.0"
