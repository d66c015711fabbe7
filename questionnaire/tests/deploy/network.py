"""Let booted machines reach each other, as on one switch, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from questionnaire.tests.deploy.machine import Machine

_SWITCH: Final = "ip link add switch type bridge && ip link set switch up && echo on && exec sleep infinity"


class Network:
    """A bridge in a namespace of its own, to which machines are connected by cables that end with them."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._pid = process.pid

    def connect(self, machine: Machine, address: str, name: str) -> None:
        """Give a booted machine this address, such as 10.20.0.10/24, on a port of the switch of this name."""
        self._ip(f"link add {name} type veth peer name eth0 netns {machine.init}")
        self._ip(f"link set {name} master switch up")
        for command in ("link set lo up", f"address add {address} dev eth0", "link set eth0 up"):
            _run(machine.init, command)

    def _ip(self, command: str) -> None:
        _run(str(self._pid), command)


def _run(namespace: str, command: str) -> None:
    enter = ["nsenter", "--target", namespace, "--net", "ip", *command.split()]
    subprocess.run(enter, check=True, capture_output=True, text=True)  # noqa: S603


@contextmanager
def network() -> Iterator[Network]:
    command = ["unshare", "--net", "bash", "-c", _SWITCH]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout
            assert process.stdout.readline() == "on\n"
            yield Network(process)
        finally:
            process.kill()
