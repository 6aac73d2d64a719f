"""The records of a table's stream, read as anybody may."""

from typing import Any

from local.cloud import Aws


def records(aws: Aws, stream: str) -> list[Any]:
    """All records that the stream has, at most 1000."""
    client = aws.client("dynamodbstreams")
    shard = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    begin = client.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    found: list[Any] = client.get_records(ShardIterator=begin["ShardIterator"])["Records"]
    return found
