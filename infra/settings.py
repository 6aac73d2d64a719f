"""Every choice a deployment may make, read from CDK context: `cdk deploy -c stage=prod -c retentionDays=90`."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from infra.context import Context
from infra.network_settings import ExistingNetwork, OwnNetwork, network_of
from infra.setting_values import AuthMode, SettingsError, choice, retention, texts

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
AUTH_MODES: tuple[AuthMode, ...] = ("iam", "jwt", "none")

__all__ = ["KEYS", "Jwt", "Settings", "SettingsError"]


@dataclass(frozen=True, kw_only=True)
class Jwt:
    """Whose tokens the API accepts, and for which audiences."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The whole difference between one deployment and another."""

    stage: str = "dev"
    auth: AuthMode = "iam"
    jwt: Jwt | None = None
    retention_days: int = 30
    network: OwnNetwork | ExistingNetwork = field(default_factory=OwnNetwork)
    default_image: str = "public.ecr.aws/docker/library/alpine:3.22"
    document_buckets: tuple[str, ...] = ()  # where fleet jobs may have their documents (documentSource)

    @property
    def stack_name(self) -> str:
        """Also the prefix of the task families."""
        return f"shiftwork-{self.stage}"

    @property
    def is_local(self) -> bool:
        """Whether this is the local cloud, and nothing else."""
        return self.stage == "local"

    @property
    def keeps_data(self) -> bool:
        """Whether jobs, runs and their logs outlive the stack."""
        return self.stage not in ("local", "dev")

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self:
        """The settings of a CDK context; SettingsError names what is wrong in one line."""
        ours = {key: value for key, value in context.items() if OUR_KEY.fullmatch(key)}
        for key in ours:
            _known(key)
        given = Context(ours)
        stage = given.text("stage", cls.stage)
        if not STAGE.fullmatch(stage):
            raise SettingsError(f"stage={stage!r}: lower-case letters and digits, a letter first, at most 20")
        auth = choice("auth", given.text("auth", cls.auth), AUTH_MODES)
        if auth == "none" and stage != "local":
            raise SettingsError("auth=none is for the local cloud only (stage=local): use auth=iam or auth=jwt")
        return cls(
            stage=stage,
            auth=auth,
            jwt=_jwt(given, auth),
            retention_days=retention(given.text("retentionDays", str(cls.retention_days))),
            network=network_of(given),
            default_image=given.text("defaultImage", cls.default_image),
            document_buckets=_buckets(given),
        )


def _known(key: str) -> None:
    if key in KEYS:
        return
    by_lower = {known.lower(): known for known in KEYS}
    close = difflib.get_close_matches(key.lower(), by_lower, n=1)
    hint = f"did you mean {by_lower[close[0]]!r}?" if close else f"the settings are {', '.join(KEYS)}"
    raise SettingsError(f"unknown setting {key!r}: {hint}")


def _buckets(given: Context) -> tuple[str, ...]:
    names = texts(given.text("documentBuckets", ""))
    for name in names:
        if not BUCKET.fullmatch(name):
            raise SettingsError(f"documentBuckets={name!r}: names of S3 buckets, comma separated")
    return names


def _jwt(given: Context, auth: AuthMode) -> Jwt | None:
    if auth != "jwt":
        given.refuse("jwtIssuer", "jwtAudience", because="they belong to auth=jwt")
        return None
    issuer, audience = given.text("jwtIssuer", ""), texts(given.text("jwtAudience", ""))
    if not issuer.startswith("https://") or not audience:
        raise SettingsError("auth=jwt needs jwtIssuer (an https URL) and jwtAudience (one or more, comma separated)")
    return Jwt(issuer=issuer, audience=audience)
