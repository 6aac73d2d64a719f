"""What the stream of a table says of each kind of write: both images, in the order of the writes."""

from typing import Any

from local.cloud import Aws
from tests.local.stream_rig import records

TABLE = "images"


def item(name: str, value: str) -> dict[str, Any]:
    return {"id": {"S": name}, "value": {"S": value}}


def change(name: str, value: str) -> dict[str, Any]:
    """An update of an item."""
    return {
        "TableName": TABLE,
        "Key": {"id": {"S": name}},
        "UpdateExpression": "SET #value = :value",
        "ExpressionAttributeNames": {"#value": "value"},
        "ExpressionAttributeValues": {":value": {"S": value}},
    }


def test_every_write_has_a_record_with_what_was_and_what_is(server: Aws) -> None:
    client = server.client("dynamodb")
    made = client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.put_item(TableName=TABLE, Item=item("a", "1"))
    client.update_item(**change("a", "2"))
    client.update_item(**change("a", "2"))  # changes nothing, and so tells nothing
    client.transact_write_items(
        TransactItems=[{"Update": change("a", "3")}, {"Put": {"TableName": TABLE, "Item": item("b", "1")}}]
    )
    client.transact_write_items(TransactItems=[{"Delete": {"TableName": TABLE, "Key": {"id": {"S": "b"}}}}])
    client.delete_item(TableName=TABLE, Key={"id": {"S": "a"}})
    client.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": item("c", "1")}}]})
    found = records(server, made["TableDescription"]["LatestStreamArn"])
    images = [(one["eventName"], *map(one["dynamodb"].get, ("OldImage", "NewImage"))) for one in found]
    assert images == [
        ("INSERT", None, item("a", "1")),
        ("MODIFY", item("a", "1"), item("a", "2")),
        ("MODIFY", item("a", "2"), item("a", "3")),
        ("INSERT", None, item("b", "1")),
        ("REMOVE", item("b", "1"), None),
        ("REMOVE", item("a", "3"), None),
        ("INSERT", None, item("c", "1")),
    ]
    numbers = [one["dynamodb"]["SequenceNumber"] for one in found]
    assert numbers == sorted(numbers)
    assert len({one["eventID"] for one in found}) == len(found)
