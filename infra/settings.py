"""The settings of a deployment, read from CDK context: `cdk deploy -c stage=prod -c retentionDays=90`."""

import difflib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

from botocore.session import get_session

from infra.given import Given, SettingsError, choice, flag, texts

KEYS = (
    "stage",
    "auth",
    "jwtIssuer",
    "jwtAudience",
    "retentionDays",
    "protect",
    "fleets",
    "vpcCidr",
    "zones",
    "vpcId",
    "subnetIds",
    "assignPublicIp",
    "defaultImage",
    "documentBuckets",
)
# S3 User Guide, "General purpose bucket naming rules".
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ZONE = re.compile(r"[a-z]{2}(-[a-z]+)+-\d[a-z]")
OUR_KEY = re.compile(r"[A-Za-z]+")  # CDK's own keys hold ":", "@", "/" or "-"
# No hyphen: "prod" must not be the beginning of another stage's name, since IAM patterns end in "<stage>-*".
STAGE = re.compile(r"[a-z][a-z0-9]{0,19}")
AuthMode = Literal["iam", "jwt", "none"]
AUTH_MODES: tuple[AuthMode, ...] = ("iam", "jwt", "none")
# What CloudWatch Logs accepts (API reference of PutRetentionPolicy).
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


@dataclass(frozen=True, kw_only=True)
class OwnNetwork:
    """A VPC that the stack creates: a public subnet in each zone, no NAT gateway.

    `zones` are names of availability zones; none: the first two of the region.
    """

    cidr: str = "10.42.0.0/16"
    zones: tuple[str, ...] = ()
    assign_public_ip: Literal[True] = True  # without NAT, the only way to an image registry


@dataclass(frozen=True, kw_only=True)
class ExistingNetwork:
    """A VPC that exists already. Its subnets must reach the image registry and CloudWatch Logs."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    assign_public_ip: bool


@dataclass(frozen=True, kw_only=True)
class Jwt:
    """The issuer whose tokens the API accepts, and the audiences it accepts them for."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one deployment. Two deployments differ in nothing else.

    `protect`: neither the stack nor its table can be deleted. `fleets`: there are fleet jobs, and all that they need.
    """

    stage: str = "dev"
    auth: AuthMode = "iam"
    jwt: Jwt | None = None
    retention_days: int = 30
    protect: bool = False
    fleets: bool = True
    network: OwnNetwork | ExistingNetwork = field(default_factory=OwnNetwork)
    default_image: str = "public.ecr.aws/docker/library/alpine:3.22"
    document_buckets: tuple[str, ...] = ()  # buckets that a fleet job may read its document from (documentSource)

    @property
    def stack_name(self) -> str:
        """The name of the stack, which is also the prefix of the task families."""
        return f"shiftwork-{self.stage}"

    @property
    def is_local(self) -> bool:
        """Whether the stack runs in the local cloud."""
        return self.stage == "local"

    @property
    def keeps_data(self) -> bool:
        """Whether jobs, runs and their logs remain when the stack is deleted."""
        return self.stage not in ("local", "dev")

    @classmethod
    def from_context(cls, context: Mapping[str, object], *, region: str | None = None) -> Self:
        """Read the settings from a CDK context. Raises SettingsError, which names the wrong setting in one line.

        `region` is the one to deploy to, if it is known at synth.
        """
        ours = {key: value for key, value in context.items() if OUR_KEY.fullmatch(key)}
        for key in ours:
            _known(key)
        given = Given(ours)
        stage = given.text("stage", cls.stage)
        if not STAGE.fullmatch(stage):
            raise SettingsError(f"stage={stage!r}: lower-case letters and digits, a letter first, at most 20")
        auth = choice("auth", given.text("auth", cls.auth), AUTH_MODES)
        if auth == "none" and stage != "local":
            raise SettingsError("auth=none is for the local cloud only (stage=local): use auth=iam or auth=jwt")
        fleets = _fleets(given, region)
        return cls(
            stage=stage,
            auth=auth,
            jwt=_jwt(given, auth),
            retention_days=_retention(given.text("retentionDays", str(cls.retention_days))),
            protect=_protect(given, cls(stage=stage)),
            fleets=fleets,
            network=_network(given, region),
            default_image=given.text("defaultImage", cls.default_image),
            document_buckets=_buckets(given, fleets=fleets),
        )


def _known(key: str) -> None:
    if key in KEYS:
        return
    by_lower = {known.lower(): known for known in KEYS}
    close = difflib.get_close_matches(key.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[close[0]]!r}?" if close else f"the settings are {', '.join(KEYS)}"
    raise SettingsError(f"unknown setting {key!r}: {hint}")


def _buckets(given: Given, *, fleets: bool) -> tuple[str, ...]:
    if not fleets:
        given.refuse("documentBuckets", because="documents belong to fleet jobs (fleets=true)")
    names = texts(given.text("documentBuckets", ""))
    for name in names:
        if not BUCKET.fullmatch(name):
            raise SettingsError(f"documentBuckets={name!r}: names of S3 buckets, comma separated")
    return names


def _jwt(given: Given, auth: AuthMode) -> Jwt | None:
    if auth != "jwt":
        given.refuse("jwtIssuer", "jwtAudience", because="they belong to auth=jwt")
        return None
    issuer, audience = given.text("jwtIssuer", ""), texts(given.text("jwtAudience", ""))
    if not issuer.startswith("https://") or not audience:
        raise SettingsError("auth=jwt needs jwtIssuer (an https URL) and jwtAudience (one or more, comma separated)")
    return Jwt(issuer=issuer, audience=audience)


def _protect(given: Given, stage: Settings) -> bool:
    if not stage.keeps_data:
        given.refuse("protect", because=f"stage {stage.stage} keeps no data, and a destroy removes all of it")
    return flag("protect", given.text("protect", "false"))


def _fleets(given: Given, region: str | None) -> bool:
    wanted = flag("fleets", given.text("fleets", "true"))
    if wanted and region and _lacks_iot(region):
        raise SettingsError(f"fleets=true: there is no AWS IoT in {region}. Deploy with -c fleets=false there")
    return wanted


def _lacks_iot(region: str) -> bool:
    """Return whether a region is known to have no AWS IoT, by the list of endpoints in botocore's package.

    A region that is newer than the list may have it.
    """
    session = get_session()
    for partition in session.get_available_partitions():
        if region in session.get_available_regions("lambda", partition):
            return region not in session.get_available_regions("iot", partition)
    return False


def _network(given: Given, region: str | None) -> OwnNetwork | ExistingNetwork:
    """Return the network that the settings ask for."""
    vpc_id, subnet_ids = given.text("vpcId", ""), texts(given.text("subnetIds", ""))
    if not vpc_id and not subnet_ids:
        given.refuse("assignPublicIp", because="it belongs to an existing network (vpcId and subnetIds)")
        zones = _zones(given, region)
        return OwnNetwork(cidr=_network_range(given.text("vpcCidr", OwnNetwork.cidr), zones or ("", "")), zones=zones)
    if not (vpc_id and subnet_ids):
        raise SettingsError("vpcId and subnetIds belong together: give both, or neither for a network of its own")
    given.refuse("vpcCidr", "zones", because="the network of vpcId has its range and its subnets already")
    public = flag("assignPublicIp", given.text("assignPublicIp", "false"))
    return ExistingNetwork(vpc_id=vpc_id, subnet_ids=subnet_ids, assign_public_ip=public)


def _retention(value: str) -> int:
    """Return a number of days that CloudWatch Logs accepts."""
    if value.isdecimal() and int(value) in RETENTION_DAYS:
        return int(value)
    raise SettingsError(f"retentionDays={value!r}: one of {', '.join(map(str, RETENTION_DAYS))}")


def _zones(given: Given, region: str | None) -> tuple[str, ...]:
    """Return names of availability zones, in the order in which they are given."""
    names = texts(given.text("zones", ""))
    for name in names:
        if not ZONE.fullmatch(name) or name[:-1] != (region or names[0][:-1]):
            where = f"of {region}, such as {region}a" if region else "of one region, such as eu-central-1a"
            raise SettingsError(f"zones={name!r}: names of availability zones {where}, comma separated")
    if names and not 2 <= len(set(names)) == len(names) <= 6:
        raise SettingsError(f"zones={','.join(names)!r}: name two to six zones, each once")
    return names


def _network_range(value: str, zones: Sequence[str]) -> str:
    """Return a range that a VPC accepts and that has room for a subnet in each zone."""
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise SettingsError(f"vpcCidr={value!r}: {error}") from None
    # A VPC is /16 to /28, and so is each of its subnets, of which there is room for 2, 4 or 8.
    longest = 28 - (len(zones) - 1).bit_length()
    if not 16 <= network.prefixlen <= longest:
        raise SettingsError(f"vpcCidr={value!r}: the prefix must be from /16 to /{longest}")
    return str(network)
