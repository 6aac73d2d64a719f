"""The settings: what they accept, and the one line that answers what they do not."""

import pytest

from infra.settings import RETENTION_DAYS, ExistingNetwork, Jwt, OwnNetwork, Settings, SettingsError


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
