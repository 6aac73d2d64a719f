"""Checks the device's certificate, its key and the CA's certificate."""

import ssl
import stat
from datetime import UTC, datetime
from pathlib import Path

from shiftwork_agent.errors import CheckFailedError
from shiftwork_agent.settings.config import Config

_CA = "Download AmazonRootCA1.pem from https://www.amazontrust.com/repository/"
_VERSION, _UTC_TIME = 0xA0, 0x17  # tags in DER


def check_readable(config: Config) -> str:
    """Check that all files can be read. Warn if other users can read the key."""
    connection = config.connection
    for name, path in (("certificate", connection.certificate), ("key", connection.key), ("ca", connection.ca)):
        if path:
            _read(name, path)
    mode = connection.key.stat().st_mode
    if mode & (stat.S_IRGRP | stat.S_IROTH):
        return f"The files are readable, but other users can read the key too. Run chmod 600 {connection.key}"
    return "The files are readable."


def check_key(config: Config) -> str:
    """Check that the key belongs to the certificate, and that the CA's file holds a certificate."""
    connection = config.connection
    tls_context(config)
    return f"{connection.key.name} belongs to {connection.certificate.name}."


def tls_context(config: Config) -> ssl.SSLContext:
    """Return the context for a TLS connection as this device."""
    connection = config.connection
    made = ssl.create_default_context()
    if connection.ca:
        try:
            made = ssl.create_default_context(cafile=str(connection.ca))
        except ssl.SSLError as error:
            fault = f"connection.ca: {connection.ca} has no certificate ({error.reason})."
            raise CheckFailedError(fault, _CA) from error
    try:
        made.load_cert_chain(connection.certificate, connection.key, password=lambda: b"")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            fault = "The key does not belong to the certificate."
        else:
            fault = f"The certificate or the key is not a PEM file, or the key is encrypted ({error.reason})."
        next_step = "Copy both files again from one call of `aws iot create-keys-and-certificate`."
        raise CheckFailedError(fault, next_step) from error
    return made


def check_dates(config: Config) -> str:
    """Check that the certificate is valid now, by this device's clock."""
    certificate = config.connection.certificate
    try:
        begin, end = _validity(ssl.PEM_cert_to_DER_cert(_first(certificate.read_text())))
    except (ValueError, IndexError) as error:
        raise CheckFailedError(f"{certificate} is not a certificate.", "Copy it to the device again.") from error
    now = datetime.now(UTC)
    if now < begin:
        fault = f"The certificate is valid from {begin:%F %T} UTC, but the device's clock says {now:%F %T}."
        raise CheckFailedError(fault, "Set the device's clock, for example with systemd-timesyncd.")
    if now > end:
        fault = f"The certificate was valid until {end:%F %T} UTC, and the device's clock says {now:%F %T}."
        next_step = "If the clock is wrong, set it. If it is right, create a new certificate with its policy and thing."
        raise CheckFailedError(fault, next_step)
    return f"The certificate is valid until {end:%F}."


def _read(name: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        next_step = f"Put the file there so that the agent's user can read it, or correct connection.{name}."
        raise CheckFailedError(f"connection.{name}: cannot read {path} ({error.strerror}).", next_step) from error


def _first(pem: str) -> str:
    """Return the first certificate of a chain. Raises ValueError if there is none."""
    begin = pem.index("-----BEGIN CERTIFICATE-----")
    end = "-----END CERTIFICATE-----"
    return pem[begin : pem.index(end, begin) + len(end)]


def _validity(certificate: bytes) -> tuple[datetime, datetime]:
    """Return notBefore and notAfter of an X.509 certificate in DER (RFC 5280, section 4.1).

    Raises ValueError or IndexError if the bytes are not a certificate. The standard library cannot read the dates
    of a certificate that the device itself holds.
    """
    body = _items(_items(_items(certificate)[0][1])[0][1])
    if body[0][0] == _VERSION:
        body = body[1:]
    begin, end = _items(body[3][1])  # after serial number, signature and issuer
    return _time(*begin), _time(*end)


def _items(content: bytes) -> list[tuple[int, bytes]]:
    """Return the tag and the content of each element in this content."""
    items = []
    while content:
        tag, length, start = content[0], content[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[2:start], "big")
        if len(content) < start + length:
            raise ValueError("the certificate is cut off")
        items.append((tag, content[start : start + length]))
        content = content[start + length :]
    return items


def _time(tag: int, content: bytes) -> datetime:
    """Read a UTCTime, whose years have two digits for 1950 to 2049, or a GeneralizedTime, whose years have four."""
    text = content.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if text[0] >= "5" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
