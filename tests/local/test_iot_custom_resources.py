"""A custom resource whose function switches events on, as CloudFormation asks it to."""

import json

from tests.local.fleet_rig import TRUST, Fleet, policy
from tests.local.workbench import until

SWITCH = """
import boto3, json, urllib.request
def handler(event, context):
    answer = {key: event[key] for key in ("RequestId", "StackId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": "events", "Status": "SUCCESS", "Data": {"Asked": event["RequestType"]}}
    try:
        kind = event["ResourceProperties"]["Kind"]
        boto3.client("iot").update_event_configurations(eventConfigurations={kind: {"Enabled": True}})
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": str(error)}
    body = json.dumps(answer).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT"))
"""


def _template(kind: str, action: str) -> str:
    trust = {**TRUST, "Principal": {"Service": "lambda.amazonaws.com"}}
    may = json.loads(policy({"Effect": "Allow", "Action": action, "Resource": "*"}))
    role = {
        "AssumeRolePolicyDocument": json.loads(policy(trust)),
        "Policies": [{"PolicyName": "m", "PolicyDocument": may}],
    }
    code = {"Runtime": "python3.13", "Handler": "index.handler", "Code": {"ZipFile": SWITCH}}
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {**code, "Role": {"Fn::GetAtt": ["Role", "Arn"]}}},
        "Events": {"Type": "Custom::Events", "Properties": {"ServiceToken": token, "Kind": kind}},
    }
    return json.dumps({"Resources": resources, "Outputs": {"Asked": {"Value": {"Fn::GetAtt": ["Events", "Asked"]}}}})


def _status(fleet: Fleet, name: str) -> str:
    status: str = fleet.aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    return "" if status.endswith("IN_PROGRESS") else status


def _create(fleet: Fleet, name: str, template: str) -> str:
    cloudformation = fleet.aws.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
    return until(lambda: _status(fleet, name), 30)


def _enabled(fleet: Fleet, kind: str) -> bool:
    switched: bool = fleet.iot.describe_event_configurations()["eventConfigurations"][kind]["Enabled"]
    return switched


def test_a_custom_resource_switches_events_on(fleet: Fleet) -> None:
    assert not _enabled(fleet, "THING")
    assert _create(fleet, "switch", _template("THING", "iot:UpdateEventConfigurations")) == "CREATE_COMPLETE"
    assert _enabled(fleet, "THING")
    stack = fleet.aws.client("cloudformation").describe_stacks(StackName="switch")["Stacks"][0]
    assert stack["Outputs"][0]["OutputValue"] == "Create"
    assert _enabled(fleet, "JOB"), "what is not named stays as it is"


def test_a_custom_resource_that_may_not_fails_its_stack(fleet: Fleet) -> None:
    created = _create(fleet, "switchless", _template("POLICY", "iot:DescribeEventConfigurations"))
    assert created in ("ROLLBACK_COMPLETE", "CREATE_FAILED")
    assert not _enabled(fleet, "POLICY")
