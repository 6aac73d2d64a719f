"""AWS's own job templates."""

import json

import pytest
from botocore.exceptions import ClientError

from local.corrections.iot.templates import MANAGED
from tests.local.fleet_rig import Fleet

ARN = "arn:aws:iot:us-east-1::jobtemplate/"
DOWNLOAD = {"downloadUrl": "https://example.com/a", "filePath": '/opt/"a"'}


def test_the_templates(fleet: Fleet) -> None:
    listed = fleet.iot.list_managed_job_templates(maxResults=5)
    rest = fleet.iot.list_managed_job_templates(maxResults=5, nextToken=listed["nextToken"])
    names = [one["templateName"] for page in (listed, rest) for one in page["managedJobTemplates"]]
    assert names == [template.name for template in MANAGED]
    one = fleet.iot.list_managed_job_templates(templateName="AWS-Reboot")["managedJobTemplates"]
    assert [template["templateArn"] for template in one] == [f"{ARN}AWS-Reboot:1.0"]
    described = fleet.iot.describe_managed_job_template(templateName="AWS-Download-File")
    needed = [parameter["key"] for parameter in described["documentParameters"] if not parameter["optional"]]
    assert needed == ["downloadUrl", "filePath"]
    assert "${aws:iot:parameter:downloadUrl}" in described["document"]
    with pytest.raises(fleet.iot.exceptions.ResourceNotFoundException):
        fleet.iot.describe_managed_job_template(templateName="AWS-Nothing")


def test_a_job_of_a_template_has_its_document_with_the_parameters(fleet: Fleet) -> None:
    thing = fleet.thing()
    job = fleet.job(thing, document="", jobTemplateArn=f"{ARN}AWS-Download-File:1.0", documentParameters=DOWNLOAD)
    (step,) = json.loads(fleet.start(thing)["jobDocument"])["steps"]
    assert step["action"]["input"]["args"] == list(DOWNLOAD.values())
    assert "${" not in fleet.iot.get_job_document(jobId=job)["document"]
    assert fleet.iot.describe_job(jobId=job)["job"]["documentParameters"] == DOWNLOAD


@pytest.mark.parametrize(
    ("name", "parameters", "code"),
    [
        ("AWS-Download-File:1.0", {"filePath": "/opt/a"}, "InvalidRequestException"),
        ("AWS-Reboot:1.0", {"packages": "a"}, "InvalidRequestException"),
        ("AWS-Reboot:9.0", {}, "ResourceNotFoundException"),
        ("AWS-Nothing:1.0", {}, "ResourceNotFoundException"),
    ],
)
def test_what_is_refused(fleet: Fleet, name: str, parameters: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as refused:
        fleet.job(fleet.thing(), document="", jobTemplateArn=f"{ARN}{name}", documentParameters=parameters)
    assert refused.value.response["Error"]["Code"] == code


def test_parameters_are_for_managed_templates_only(fleet: Fleet) -> None:
    with pytest.raises(ClientError, match="managed templates only"):
        fleet.job(fleet.thing(), documentParameters={"a": "b"})
