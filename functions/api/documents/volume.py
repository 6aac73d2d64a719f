"""What a document says of files: volumes, artifacts to fetch, and files that stand in the document."""

import base64
import binascii
import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from functions.api.documents.fields import AbsolutePath, Broken, Document, Shape, Text, refuse

ContainerPath = Annotated[Text, Field(description="Where the volume is in the container.", examples=["/mnt/data"])]
Mode = Annotated[Literal["RO", "RW"], Field(description="Read only, or read and write.", examples=["RW"])]


class HostVolume(Document):
    """A host's folder: refused, since Fargate has no hosts to name. Use an EfsVolume."""

    containerPath: ContainerPath
    hostPath: Text = Field(description="The host's folder.", examples=["/var/data"])
    mode: Mode


class SecretVolume(Document):
    """A file with a secret's value. A path that is not absolute is one in $MESOS_SANDBOX. Not with docker."""

    containerPath: Text = Field(description="Where the file is in the container.", examples=["/run/secrets/key"])
    secret: Text = Field(description="A name of `secrets`.", examples=["key"])


class Efs(Document):
    """An EFS file system. The connection is always encrypted."""

    fileSystemId: Annotated[str, Shape(r"fs-[0-9a-f]{8,40}", "is not the id of an EFS file system.")] = Field(
        description="The file system's id.", examples=["fs-0123456789abcdef0"]
    )
    rootDirectory: AbsolutePath | None = Field(
        default=None, description="The folder of the file system to mount; without it, its root.", examples=["/reports"]
    )
    accessPointId: Annotated[str, Shape(r"fsap-[0-9a-f]{8,40}", "is not the id of an EFS access point.")] | None = (
        Field(default=None, description="The access point to mount through.", examples=["fsap-0123456789abcdef0"])
    )
    iam: bool | None = Field(
        default=None,
        description="Whether EFS checks the job's `taskRole`; without it, EFS lets anyone in.",
        examples=[True],
    )


class EfsVolume(Document):
    """A file system that outlives the run."""

    containerPath: AbsolutePath = Field(description="Where the volume is in the container.", examples=["/mnt/data"])
    mode: Mode
    efs: Efs = Field(description="The file system.", examples=[{"fileSystemId": "fs-0123456789abcdef0"}])


def _volume_kind(value: Any) -> str | None:
    """The names are not those of fields: they stand in the path of a problem, and functions/api leaves them out."""
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
    """Something to fetch into $MESOS_SANDBOX before the containers start."""

    uri: Text = Field(
        description="By http or https. For S3: a presigned URL. The last segment of its path is the file's name.",
        examples=["https://example.com/tools.tar.gz"],
    )
    extract: bool = Field(
        default=True,
        description="Unpack .tar, .tar.gz, .tgz, .tar.bz2, .tbz2, .tar.xz, .txz, .zip and .gz; the archive stays too.",
        examples=[True],
    )
    executable: bool = Field(
        default=False, description="Make the file executable; it is not unpacked then.", examples=[False]
    )
    cache: bool = Field(default=False, description="Without effect: each task has a disk of its own.", examples=[False])


class File(Document):
    """A file of the container, mounted read-only, whose content stands here."""

    path: AbsolutePath = Field(
        description="Where the file is. Its folder is a volume of its own, which hides what the image has there.",
        examples=["/app/config/report.toml"],
    )
    content: str = Field(description="The content.", examples=['format = "pdf"\n'])
    encoding: Literal["text", "base64"] = Field(
        default="text", description="How the content is written.", examples=["text"]
    )
    executable: bool = Field(default=False, description="Make the file executable.", examples=[False])

    @model_validator(mode="after")
    def _decodes(self) -> "File":
        if self.encoding == "base64":
            try:
                base64.b64decode(self.content, validate=True)
            except (binascii.Error, ValueError):
                refuse([Broken(("content",), "is not base64, as encoding says.")])
        return self
