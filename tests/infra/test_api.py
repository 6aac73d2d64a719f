"""The door: who may come in, how often, and what is noted."""

from pathlib import Path

from infra.settings import Jwt, Settings
from tests.infra.template import Template, synthesise

HOOK = "POST /hooks/{id}"
TOKENS = Jwt(issuer="https://issuer.example.com", audience=("shiftwork",))


def test_each_route_asks_who_is_there(dev: Template, tmp_path: Path) -> None:
    tokens = synthesise(Settings(auth="jwt", jwt=TOKENS), tmp_path)
    for template, kind in ((dev, "AWS_IAM"), (tokens, "JWT")):
        routes = template.of("ApiGatewayV2::Route").values()
        assert {route["RouteKey"]: route["AuthorizationType"] for route in routes} == {
            "ANY /": kind,
            "ANY /{proxy+}": kind,
            HOOK: "NONE",
        }
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


def test_what_strangers_may_call_is_throttled_by_itself(dev: Template) -> None:
    stage_id, stage = dev.the("ApiGatewayV2::Stage")
    [route_id] = [key for key, route in dev.of("ApiGatewayV2::Route").items() if route["RouteKey"] == HOOK]
    assert stage["RouteSettings"].keys() == {HOOK}
    for limit, value in stage["RouteSettings"][HOOK].items():
        assert 0 < value < stage["DefaultRouteSettings"][limit]
    # Without it: "Unable to find Route by key POST /hooks/{id} within the provided RouteSettings".
    assert route_id in dev.body["Resources"][stage_id]["DependsOn"]
