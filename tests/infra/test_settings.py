"""The settings: what they accept, and the one line that answers what they do not."""

import pytest

from infra.given import SettingsError
from infra.settings import RETENTION_DAYS, ExistingNetwork, Jwt, OwnNetwork, Settings


def test_without_settings_it_is_a_dev_stage_behind_iam_in_a_network_of_its_own() -> None:
    assert Settings.from_context({}) == Settings(
        stage="dev", auth="iam", retention_days=30, network=OwnNetwork(cidr="10.42.0.0/16")
    )


def test_values_come_as_text_from_a_command_line_and_as_they_are_from_a_file() -> None:
    text = {"retentionDays": "90", "vpcId": "vpc-1", "subnetIds": "subnet-1,subnet-2", "assignPublicIp": "true"}
    typed = {"retentionDays": 90, "vpcId": "vpc-1", "subnetIds": ["subnet-1", "subnet-2"], "assignPublicIp": True}
    network = ExistingNetwork(vpc_id="vpc-1", subnet_ids=("subnet-1", "subnet-2"), assign_public_ip=True)
    assert Settings.from_context(text) == Settings.from_context(typed) == Settings(retention_days=90, network=network)


def test_a_jwt_authorizer_takes_its_issuer_and_audiences() -> None:
    given = {"auth": "jwt", "jwtIssuer": "https://issuer.example.com", "jwtAudience": "one,two"}
    assert Settings.from_context(given).jwt == Jwt(issuer="https://issuer.example.com", audience=("one", "two"))


def test_the_keys_of_cdk_itself_are_none_of_ours() -> None:
    cdk = {"@aws-cdk/core:checkSecretUsage": True, "aws:cdk:bundling-stacks": ["*"], "cli-telemetry": False}
    assert Settings.from_context(cdk) == Settings()


def test_fleet_jobs_may_have_their_documents_in_buckets_that_are_named() -> None:
    named = Settings.from_context({"documentBuckets": "fleet-documents,other.documents"}).document_buckets
    assert named == ("fleet-documents", "other.documents")


def test_zones_are_named_for_the_own_network() -> None:
    network = Settings.from_context({"zones": "us-west-1a,us-west-1c"}, region="us-west-1").network
    assert network == OwnNetwork(zones=("us-west-1a", "us-west-1c"))


def test_a_stage_that_keeps_data_can_be_protected() -> None:
    assert Settings.from_context({"stage": "prod", "protect": "true"}).protect is True
    assert Settings.from_context({"stage": "prod"}).protect is False


@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1", "xx-new-1", None])
def test_fleets_are_on_unless_the_region_is_known_to_have_no_iot(region: str | None) -> None:
    assert Settings.from_context({}, region=region).fleets is True
    assert Settings.from_context({"fleets": "false"}, region=region).fleets is False


@pytest.mark.parametrize("given", [{}, {"fleets": "true"}])
def test_fleets_are_refused_in_a_region_without_iot(given: dict[str, object]) -> None:
    """Eleven regions have Lambda and no IoT."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_context(given, region="af-south-1")
    said = "fleets=true: there is no AWS IoT in af-south-1. Deploy with -c fleets=false there"
    assert str(caught.value) == said
    assert Settings.from_context({"fleets": False}, region="af-south-1").fleets is False


@pytest.mark.parametrize("days", RETENTION_DAYS)
def test_every_retention_that_cloudwatch_logs_accepts_is_accepted(days: int) -> None:
    assert Settings.from_context({"retentionDays": str(days)}).retention_days == days


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"retentiondays": "3"}, "unknown setting 'retentiondays': did you mean 'retentionDays'?"),
        ({"colour": "red"}, "unknown setting 'colour': the settings are stage, auth,"),
        ({"retentionDays": "31"}, "retentionDays='31': one of 1, 3, 5,"),
        ({"retentionDays": "-1"}, "retentionDays='-1': one of"),
        ({"retentionDays": ""}, "retentionDays='': give a value"),
        ({"retentionDays": True}, "retentionDays='true': one of"),
        ({"stage": "Prod"}, "stage='Prod': lower-case letters"),
        ({"stage": "prod-eu"}, "stage='prod-eu': lower-case letters"),
        ({"stage": {"a": 1}}, "stage={'a': 1}: give a value"),
        ({"auth": "basic"}, "auth='basic': one of iam, jwt, none"),
        ({"auth": "none"}, "auth=none is for the local cloud only"),
        ({"auth": "none", "stage": "prod"}, "auth=none is for the local cloud only"),
        ({"auth": "jwt"}, "auth=jwt needs jwtIssuer"),
        ({"auth": "jwt", "jwtIssuer": "http://x", "jwtAudience": "a"}, "auth=jwt needs jwtIssuer (an https URL)"),
        ({"auth": "jwt", "jwtIssuer": "https://x"}, "auth=jwt needs jwtIssuer"),
        ({"jwtIssuer": "https://x"}, "jwtIssuer would have no effect: they belong to auth=jwt"),
        ({"vpcId": "vpc-1"}, "vpcId and subnetIds belong together"),
        ({"subnetIds": "subnet-1"}, "vpcId and subnetIds belong together"),
        ({"vpcId": "vpc-1", "subnetIds": "subnet-1", "vpcCidr": "10.0.0.0/16"}, "vpcCidr would have no effect"),
        ({"vpcId": "vpc-1", "subnetIds": "s", "assignPublicIp": "maybe"}, "assignPublicIp='maybe': one of true, false"),
        ({"assignPublicIp": "true"}, "assignPublicIp would have no effect"),
        ({"vpcCidr": "10.42.0.0"}, "vpcCidr='10.42.0.0': the prefix must be from /16 to /27"),
        ({"protect": "true"}, "protect would have no effect: stage dev keeps no data"),
        ({"stage": "prod", "protect": "yes"}, "protect='yes': one of true, false"),
        ({"fleets": "no"}, "fleets='no': one of true, false"),
        ({"fleets": "false", "documentBuckets": "docs"}, "documentBuckets would have no effect: documents belong to"),
        ({"zones": "eu-central-1"}, "zones='eu-central-1': names of availability zones of one region"),
        ({"zones": "euc1-az1,euc1-az2"}, "zones='euc1-az1': names of availability zones of one region"),
        ({"zones": "eu-central-1a,eu-west-1a"}, "zones='eu-west-1a': names of availability zones of one region"),
        ({"zones": "eu-central-1a"}, "zones='eu-central-1a': name two to six zones"),
        ({"zones": "eu-west-1a,eu-west-1a"}, "zones='eu-west-1a,eu-west-1a': name two to six zones, each once"),
        (
            {"zones": "us-east-1a,us-east-1b,us-east-1c", "vpcCidr": "10.0.0.0/27"},
            "vpcCidr='10.0.0.0/27': the prefix must be from /16 to /26",
        ),
        ({"vpcId": "vpc-1", "subnetIds": "s", "zones": "us-east-1a,us-east-1b"}, "zones would have no effect: the"),
        ({"vpcCidr": "10.42.0.1/16"}, "vpcCidr='10.42.0.1/16': 10.42.0.1/16 has host bits set"),
        ({"vpcCidr": "mars"}, "vpcCidr='mars': "),
        (
            {"documentBuckets": "arn:aws:s3:::documents"},
            "documentBuckets='arn:aws:s3:::documents': names of S3 buckets",
        ),
        ({"documentBuckets": "*"}, "documentBuckets='*': names of S3 buckets"),
        ({"defaultImage": "alpine 3"}, "defaultImage='alpine 3': no blanks inside"),
    ],
)
def test_what_is_unknown_or_wrong_is_answered_with_one_line(given: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_context(given)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
