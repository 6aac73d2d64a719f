"""Lambda functions on the local AWS, and the deployed API's own port."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.cloud import Aws
from local.corrections.lambda_.environments import LIMIT
from tests.local.workbench import Workbench, until

CODE = """
import os, sys, time
calls = 0

def handler(event, context):
    global calls
    calls += 1
    print("printed by", context.aws_request_id)
    if event.get("sleep"):
        time.sleep(event["sleep"])
    if event.get("fail"):
        raise KeyError("wanted")
    if event.get("exit"):
        os._exit(5)
    if event.get("rawPath") == "/fails":
        raise KeyError("secret")
    if "rawPath" in event:
        return {"statusCode": 200, "body": event["rawPath"]}
    left = context.get_remaining_time_in_millis()
    return {"pid": os.getpid(), "calls": calls, "name": context.function_name, "left": left, "word": os.environ["WORD"]}
"""


@pytest.fixture(scope="module")
def function(workbench: Workbench) -> str:
    """A function; its name."""
    return workbench.function("tested", CODE, Timeout=3, Environment={"Variables": {"WORD": "x"}})


def _invoke(server: Aws, event: dict[str, Any]) -> Any:
    answer = server.client("lambda").invoke(FunctionName="tested", Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


def test_an_environment_keeps_its_state_between_invocations(server: Aws, function: str) -> None:
    first, second = _invoke(server, {}), _invoke(server, {})
    assert (second["pid"], second["calls"]) == (first["pid"], first["calls"] + 1)
    assert (second["name"], second["word"]) == (function, "x")
    assert 2000 < second["left"] <= 3000


def test_invocations_at_once_have_environments_of_their_own_up_to_a_limit(server: Aws, function: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _invoke(server, {"sleep": 0.2}), range(8)))
    assert len({answer["pid"] for answer in answers}) == LIMIT


def test_what_a_handler_prints_is_in_its_log(server: Aws, function: str) -> None:
    _invoke(server, {})
    logs = server.client("logs")
    group = f"/aws/lambda/{function}"
    events = [
        event["message"]
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])["events"]
    ]
    assert any(message.startswith("printed by ") for message in events)
    assert any(message.startswith("REPORT RequestId: ") for message in events)


def test_an_error_is_told_and_the_environment_goes_on(server: Aws, function: str) -> None:
    before = _invoke(server, {})
    assert _invoke(server, {"fail": True})["errorMessage"] == "'wanted'"
    assert _invoke(server, {})["pid"] == before["pid"]


def test_a_late_or_broken_environment_is_replaced(server: Aws, function: str) -> None:
    before = _invoke(server, {})
    assert "timed out" in _invoke(server, {"sleep": 60})["errorMessage"]
    assert "exited" in _invoke(server, {"exit": True})["errorMessage"]
    assert _invoke(server, {})["pid"] != before["pid"]


def test_a_rule_tries_a_failing_function_again(server: Aws, function: str) -> None:
    events, functions = server.client("events"), server.client("lambda")
    arn = functions.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    queue = server.client("sqs").create_queue(QueueName="dead")["QueueUrl"]
    functions.update_function_configuration(
        FunctionName=function, DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"}
    )
    events.put_rule(Name="fails", EventPattern=json.dumps({"source": ["tests"]}))
    events.put_targets(Rule="fails", Targets=[{"Id": "f", "Arn": arn, "Input": json.dumps({"fail": True})}])
    events.put_events(Entries=[{"Source": "tests", "DetailType": "t", "Detail": "{}"}])
    receive = server.client("sqs").receive_message
    assert until(lambda: receive(QueueUrl=queue).get("Messages"))


@pytest.fixture(scope="module")
def api(server: Aws, function: str) -> Iterator[str]:
    """An HTTP API in front of the function; its id."""
    gateway = server.client("apigatewayv2")
    target = f"arn:aws:lambda:us-east-1:000000000000:function:{function}"
    made: str = gateway.create_api(Name="tested", ProtocolType="HTTP")["ApiId"]
    integration = gateway.create_integration(
        ApiId=made, IntegrationType="AWS_PROXY", IntegrationUri=target, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=made, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
    yield made
    gateway.delete_api(ApiId=made)


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 (a URL of this test)
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_port_says_so_while_no_api_is_deployed(server: Aws) -> None:
    assert _get(f"{server.api_url}/ping")[0] == 503


@pytest.mark.parametrize("path", ["/", "/ping", "/v1/jobs/", "/_ministack/health", "/v2/apis", "/a%2Fb%20c"])
def test_the_api_has_a_port_of_its_own_for_every_path(server: Aws, api: str, path: str) -> None:
    assert _get(server.api_url + path) == (200, path.replace("%2F", "/").replace("%20", " "))


def test_a_failed_function_is_an_internal_server_error_and_nothing_more(server: Aws, api: str) -> None:
    status, text = _get(f"{server.api_url}/fails")
    assert (status, json.loads(text)) == (500, {"message": "Internal Server Error"})
