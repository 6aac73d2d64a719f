"""Checks the device's certificate, its key and the CA's certificate."""

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.settings.config import Config

_CA = "download AmazonRootCA1.pem from https://www.amazontrust.com/repository/"


def readable(config: Config) -> str:
    """All files are there, and the key is nobody else's to read."""
    connection = config.connection
    for name, path in (("certificate", connection.certificate), ("key", connection.key), ("ca", connection.ca)):
        if path:
            _read(name, path)
    mode = connection.key.stat().st_mode
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return f"readable; but others can read the key too: chmod 600 {connection.key}"
    return "readable"


def key_fits(config: Config) -> str:
    """The key is that of the certificate, and the CA's file has certificates."""
    connection = config.connection
    context(config)
    return f"{connection.key.name} belongs to {connection.certificate.name}"


def context(config: Config) -> ssl.SSLContext:
    """For a TLS connection as this device."""
    connection = config.connection
    made = ssl.create_default_context()
    if connection.ca:
        try:
            made = ssl.create_default_context(cafile=str(connection.ca))
        except ssl.SSLError as error:
            raise CheckFailedError(f"connection.ca {connection.ca} has no certificate ({error.reason})", _CA) from error
    try:
        made.load_cert_chain(connection.certificate, connection.key, password=lambda: b"")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            what = "The key is not that of the certificate"
        else:
            what = f"The certificate or the key is not PEM, or the key is encrypted ({error.reason})"
        way_out = "copy both files anew, from one `aws iot create-keys-and-certificate`"
        raise CheckFailedError(what, way_out) from error
    return made


def dates(config: Config) -> str:
    """The certificate is valid now, by this device's clock."""
    certificate = config.connection.certificate
    try:
        begin, end = validity(ssl.PEM_cert_to_DER_cert(_first(certificate.read_text())))
    except (ValueError, IndexError) as error:
        raise CheckFailedError(f"{certificate} is not a certificate", "copy it to the device anew") from error
    now = datetime.now(UTC)
    if now < begin:
        way_out = "set the device's clock, as by systemd-timesyncd"
        raise CheckFailedError(f"The certificate is valid from {begin:%F %T} UTC, the clock says {now:%F %T}", way_out)
    if now > end:
        way_out = "make a new certificate, attach its policy and thing; if it is this year's, set the device's clock"
        raise CheckFailedError(f"The certificate was valid until {end:%F %T} UTC, the clock says {now:%F %T}", way_out)
    return f"valid until {end:%F}"


def _read(name: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        way_out = f"put the file there, readable for the agent's user, or correct connection.{name}"
        raise CheckFailedError(f"connection.{name} {path}: {error.strerror}", way_out) from error


def _first(pem: str) -> str:
    """The first certificate of a chain."""
    begin = pem.index("-----BEGIN CERTIFICATE-----")
    end = "-----END CERTIFICATE-----"
    return pem[begin : pem.index(end, begin) + len(end)]


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
