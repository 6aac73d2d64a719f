"""The files of a container: volumes, artifacts to fetch, and files with their content in the document."""

import base64
import binascii
import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from functions.api.documents.fields import AbsolutePath, Broken, Document, Shape, Text, refuse

ContainerPath = Annotated[Text, Field(description="The path of the volume in the container.", examples=["/mnt/data"])]
Mode = Annotated[Literal["RO", "RW"], Field(description="Read only, or read and write.", examples=["RW"])]


class HostVolume(Document):
    """A folder of a host. It is refused, because Fargate has no hosts to name. Use an EfsVolume."""

    containerPath: ContainerPath
    hostPath: Text = Field(description="The folder on the host.", examples=["/var/data"])
    mode: Mode


class SecretVolume(Document):
    """A file with a secret's value. A relative path is a path in $MESOS_SANDBOX. Not with docker."""

    containerPath: Text = Field(description="The path of the file in the container.", examples=["/run/secrets/key"])
    secret: Text = Field(description="A name in `secrets`.", examples=["key"])


class Efs(Document):
    """An EFS file system. The connection is always encrypted."""

    fileSystemId: Annotated[
        str,
        Shape(r"fs-[0-9a-f]{8,40}", "is not the id of an EFS file system. Use a form such as fs-0123456789abcdef0."),
    ] = Field(description="The file system's id.", examples=["fs-0123456789abcdef0"])
    rootDirectory: AbsolutePath | None = Field(
        default=None, description="The folder of the file system to mount. Default: its root.", examples=["/reports"]
    )
    accessPointId: (
        Annotated[
            str,
            Shape(
                r"fsap-[0-9a-f]{8,40}",
                "is not the id of an EFS access point. Use a form such as fsap-0123456789abcdef0.",
            ),
        ]
        | None
    ) = Field(default=None, description="The access point to mount through.", examples=["fsap-0123456789abcdef0"])
    iam: bool | None = Field(
        default=None,
        description="Whether EFS checks the permissions of the job's `taskRole`. Default: it does not.",
        examples=[True],
    )


class EfsVolume(Document):
    """A file system that remains after the run."""

    containerPath: AbsolutePath = Field(description="The path of the volume in the container.", examples=["/mnt/data"])
    mode: Mode
    efs: Efs = Field(description="The file system.", examples=[{"fileSystemId": "fs-0123456789abcdef0"}])


def _volume_kind(value: Any) -> str | None:
    """Return the tag of the volume's kind; None if it is not exactly one kind. Paths of problems leave tags out."""
    keys = value.keys() if isinstance(value, dict) else value.model_fields_set if isinstance(value, Document) else set()
    kinds = {"hostPath": "HostVolume", "secret": "SecretVolume", "efs": "EfsVolume"}
    named = [kind for key, kind in kinds.items() if key in keys]
    return named[0] if len(named) == 1 else None


def _of_one_kind(value: Any) -> Any:
    if _volume_kind(value) is None:
        raise ValueError(f"expected HostVolume or SecretVolume object but got {json.dumps(value)}")
    return value


Volume = Annotated[
    Annotated[HostVolume, Tag("HostVolume")]
    | Annotated[SecretVolume, Tag("SecretVolume")]
    | Annotated[EfsVolume, Tag("EfsVolume")],
    Discriminator(_volume_kind),
    BeforeValidator(_of_one_kind),
]


class Artifact(Document):
    """A file that is fetched into $MESOS_SANDBOX before the containers start."""

    uri: Text = Field(
        description="The URL, by http or https; for S3 a presigned URL. The last segment of its path is the file's "
        "name.",
        examples=["https://example.com/tools.tar.gz"],
    )
    extract: bool = Field(
        default=True,
        description="Whether to unpack .tar, .tar.gz, .tgz, .tar.bz2, .tbz2, .tar.xz, .txz, .zip and .gz. The archive "
        "stays.",
        examples=[True],
    )
    executable: bool = Field(
        default=False, description="Whether to make the file executable. It is then not unpacked.", examples=[False]
    )
    cache: bool = Field(default=False, description="No effect: each task has its own disk.", examples=[False])


class File(Document):
    """A read-only file of the container, with its content."""

    path: AbsolutePath = Field(
        description="The path of the file. Its folder becomes a volume, which hides the image's files in that folder.",
        examples=["/app/config/report.toml"],
    )
    content: str = Field(description="The content of the file.", examples=['format = "pdf"\n'])
    encoding: Literal["text", "base64"] = Field(
        default="text", description="The encoding of `content`.", examples=["text"]
    )
    executable: bool = Field(default=False, description="Whether to make the file executable.", examples=[False])

    @model_validator(mode="after")
    def _decodes(self) -> "File":
        if self.encoding == "base64":
            try:
                base64.b64decode(self.content, validate=True)
            except (binascii.Error, ValueError):
                refuse([Broken(("content",), "is not base64. Encode it, or set encoding to text.")])
        return self
