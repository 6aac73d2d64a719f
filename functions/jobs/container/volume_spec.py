"""What a job's document says of files, with its defaults filled in: artifacts, inline files and volumes."""

from typing import Literal, NotRequired, TypedDict


class Artifact(TypedDict):
    """A file to fetch into the sandbox before the containers start."""

    uri: str
    extract: bool
    executable: bool
    cache: bool


class File(TypedDict):
    """A file that stands in the document."""

    path: str
    content: str
    encoding: Literal["text", "base64"]
    executable: bool


class EfsSpec(TypedDict):
    """An EFS file system."""

    fileSystemId: str
    rootDirectory: NotRequired[str]
    accessPointId: NotRequired[str]
    iam: NotRequired[bool]


class Volume(TypedDict):
    """A host's folder, a secret as a file, or an EFS file system: which one says the key that is there."""

    containerPath: str
    mode: NotRequired[Literal["RO", "RW"]]
    hostPath: NotRequired[str]
    secret: NotRequired[str]
    efs: NotRequired[EfsSpec]
