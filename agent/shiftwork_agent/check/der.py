"""As much of an X.509 certificate's DER as its dates need (RFC 5280, section 4.1)."""

from datetime import UTC, datetime

_VERSION, _UTC_TIME = 0xA0, 0x17


def validity(certificate: bytes) -> tuple[datetime, datetime]:
    """notBefore and notAfter. Raises ValueError or IndexError if it is no certificate."""
    body = _items(_items(_items(certificate)[0][1])[0][1])
    if body[0][0] == _VERSION:
        body = body[1:]
    begin, end = _items(body[3][1])  # after serial number, signature and issuer
    return _time(*begin), _time(*end)


def _items(content: bytes) -> list[tuple[int, bytes]]:
    """The elements one after the other: tag and content of each."""
    items = []
    while content:
        tag, length, start = content[0], content[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[2:start], "big")
        if len(content) < start + length:
            raise ValueError("it is cut off")
        items.append((tag, content[start : start + length]))
        content = content[start + length :]
    return items


def _time(tag: int, content: bytes) -> datetime:
    """Two digits of a year mean 1950 to 2049; only the other type of time has four."""
    text = content.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if text[0] >= "5" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
