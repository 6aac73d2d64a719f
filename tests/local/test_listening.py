"""Everything listens on loopback only."""

from pathlib import Path

import pytest

from local import cloud, memory

LISTEN = "0A"
LOOPBACK = "0100007F"  # 127.0.0.1, as the kernel writes it on little-endian machines
TABLE = Path("/proc/net/tcp")


@pytest.mark.skipif(not TABLE.exists(), reason="looks at Linux's table of sockets")
def test_only_loopback(server: cloud.Aws) -> None:
    inodes = {inode for pid in memory.processes(server.server.process.pid) for inode in _sockets(pid)}
    addresses = [
        address for table in (TABLE, Path("/proc/net/tcp6")) for address, inode in _listening(table) if inode in inodes
    ]
    assert len(addresses) >= 3  # AWS, the API, MQTT
    assert {address.partition(":")[0] for address in addresses} == {LOOPBACK}


def _sockets(pid: int) -> set[str]:
    links = (str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink())
    return {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:")}


def _listening(table: Path) -> list[tuple[str, str]]:
    rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
    return [(row[1], row[9]) for row in rows if row[3] == LISTEN]
