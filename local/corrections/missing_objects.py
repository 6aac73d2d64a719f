"""What S3 says of an object that is not there.

MiniStack says NoSuchKey. AWS says so only to who may list the bucket; to others access is denied, so that they cannot
find out what is there (Amazon S3 API Reference, GetObject, "Permissions").
"""

from typing import Any

from ministack import app
from ministack.services import s3


def install() -> None:
    """Ask for the permission to list."""
    read = s3._get_object

    def get_object(bucket: str, key: str, headers: Any, query: Any = None) -> Any:
        answer = read(bucket, key, headers, query)
        if answer[0] != 404 or b"<Code>NoSuchKey<" not in answer[2]:
            return answer
        listing = f"arn:aws:s3:::{bucket}"
        return app._enforce_data_plane("s3", "s3:ListBucket", headers, query or {}, "", listing) or answer

    s3._get_object = get_object
