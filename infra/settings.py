"""The settings of a deployment, read from CDK context: `cdk deploy -c stage=prod -c retentionDays=90`."""

import difflib
import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self, TypeVar

KEYS = (
    "stage",
    "auth",
    "jwtIssuer",
    "jwtAudience",
    "retentionDays",
    "vpcCidr",
    "vpcId",
    "subnetIds",
    "assignPublicIp",
    "defaultImage",
    "documentBuckets",
)
# S3 User Guide, "General purpose bucket naming rules".
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
OUR_KEY = re.compile(r"[A-Za-z]+")  # CDK's own keys hold ":", "@", "/" or "-"
# No hyphen: "prod" must not be the beginning of another stage's name, since IAM patterns end in "<stage>-*".
STAGE = re.compile(r"[a-z][a-z0-9]{0,19}")
AuthMode = Literal["iam", "jwt", "none"]
Choice = TypeVar("Choice", bound=str)
AUTH_MODES: tuple[AuthMode, ...] = ("iam", "jwt", "none")
# What CloudWatch Logs accepts (API reference of PutRetentionPolicy).
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


class SettingsError(ValueError):
    """A setting is unknown or wrong. The message is one line for the person who set it."""


@dataclass(frozen=True, kw_only=True)
class OwnNetwork:
    """A VPC that the stack creates: public subnets in two zones, no NAT gateway."""

    cidr: str = "10.42.0.0/16"
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
    """The settings of one deployment. Two deployments differ in nothing else."""

    stage: str = "dev"
    auth: AuthMode = "iam"
    jwt: Jwt | None = None
    retention_days: int = 30
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
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """Read the settings from a CDK context. Raises SettingsError, which names the wrong setting in one line."""
        ours = {key: value for key, value in context.items() if OUR_KEY.fullmatch(key)}
        for key in ours:
            _known(key)
        given = _Given(ours)
        stage = given.text("stage", cls.stage)
        if not STAGE.fullmatch(stage):
            raise SettingsError(f"stage={stage!r}: lower-case letters and digits, a letter first, at most 20")
        auth = _choice("auth", given.text("auth", cls.auth), AUTH_MODES)
        if auth == "none" and stage != "local":
            raise SettingsError("auth=none is for the local cloud only (stage=local): use auth=iam or auth=jwt")
        return cls(
            stage=stage,
            auth=auth,
            jwt=_jwt(given, auth),
            retention_days=_retention(given.text("retentionDays", str(cls.retention_days))),
            network=_network(given),
            default_image=given.text("defaultImage", cls.default_image),
            document_buckets=_buckets(given),
        )


@dataclass(frozen=True)
class _Given:
    """The settings as the caller wrote them: text on a command line, maybe numbers, flags or lists in cdk.json."""

    values: Mapping[str, object]

    def text(self, key: str, default: str) -> str:
        """Return the value as text without surrounding blanks. A list becomes comma separated text."""
        value = self.values.get(key, default)
        if isinstance(value, list):
            return ",".join(map(str, value))
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str | int) or (text := str(value).strip()) == "":
            if key in self.values:
                raise SettingsError(f"{key}={value!r}: give a value, or leave it out")
            return default
        if any(map(str.isspace, text)):
            raise SettingsError(f"{key}={text!r}: no blanks inside, please")
        return text

    def refuse(self, *keys: str, because: str) -> None:
        """Raise SettingsError for a setting that would have no effect: no setting is ignored silently."""
        if given := [key for key in keys if key in self.values]:
            raise SettingsError(f"{', '.join(given)} would have no effect: {because}")


def _known(key: str) -> None:
    if key in KEYS:
        return
    by_lower = {known.lower(): known for known in KEYS}
    close = difflib.get_close_matches(key.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[close[0]]!r}?" if close else f"the settings are {', '.join(KEYS)}"
    raise SettingsError(f"unknown setting {key!r}: {hint}")


def _buckets(given: _Given) -> tuple[str, ...]:
    names = _texts(given.text("documentBuckets", ""))
    for name in names:
        if not BUCKET.fullmatch(name):
            raise SettingsError(f"documentBuckets={name!r}: names of S3 buckets, comma separated")
    return names


def _jwt(given: _Given, auth: AuthMode) -> Jwt | None:
    if auth != "jwt":
        given.refuse("jwtIssuer", "jwtAudience", because="they belong to auth=jwt")
        return None
    issuer, audience = given.text("jwtIssuer", ""), _texts(given.text("jwtAudience", ""))
    if not issuer.startswith("https://") or not audience:
        raise SettingsError("auth=jwt needs jwtIssuer (an https URL) and jwtAudience (one or more, comma separated)")
    return Jwt(issuer=issuer, audience=audience)


def _network(given: _Given) -> OwnNetwork | ExistingNetwork:
    """Return the network that the settings ask for."""
    vpc_id, subnet_ids = given.text("vpcId", ""), _texts(given.text("subnetIds", ""))
    if not vpc_id and not subnet_ids:
        given.refuse("assignPublicIp", because="it belongs to an existing network (vpcId and subnetIds)")
        return OwnNetwork(cidr=_network_range("vpcCidr", given.text("vpcCidr", OwnNetwork.cidr)))
    if not (vpc_id and subnet_ids):
        raise SettingsError("vpcId and subnetIds belong together: give both, or neither for a network of its own")
    given.refuse("vpcCidr", because="the network of vpcId has its range already")
    public = _flag("assignPublicIp", given.text("assignPublicIp", "false"))
    return ExistingNetwork(vpc_id=vpc_id, subnet_ids=subnet_ids, assign_public_ip=public)


def _choice(key: str, value: str, allowed: Sequence[Choice]) -> Choice:
    """Return the member of `allowed` that equals `value`."""
    for one in allowed:
        if one == value:
            return one
    raise SettingsError(f"{key}={value!r}: one of {', '.join(allowed)}")


def _retention(value: str) -> int:
    """Return a number of days that CloudWatch Logs accepts."""
    if value.isdecimal() and int(value) in RETENTION_DAYS:
        return int(value)
    raise SettingsError(f"retentionDays={value!r}: one of {', '.join(map(str, RETENTION_DAYS))}")


def _flag(key: str, value: str) -> bool:
    """Read `true` or `false`."""
    return _choice(key, value.lower(), ("true", "false")) == "true"


def _texts(value: str) -> tuple[str, ...]:
    """Split a comma separated list."""
    return tuple(part for part in value.split(",") if part)


def _network_range(key: str, value: str) -> str:
    """Return a range that a VPC accepts and that has room for two subnets."""
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise SettingsError(f"{key}={value!r}: {error}") from None
    if not 16 <= network.prefixlen <= 27:  # a VPC is /16 to /28, and so is each of its two subnets
        raise SettingsError(f"{key}={value!r}: the prefix must be from /16 to /27")
    return str(network)
