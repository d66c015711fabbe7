"""Machines with a name and an address, on one switch, of which any can lose its power and get it back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from questionnaire.tests.deploy.machine import Machine
from questionnaire.tests.deploy.network import Network


class Hosts:
    """To be turned on before anything is typed on them, and turned off in the end."""

    def __init__(
        self, machines: Mapping[str, Machine], addresses: Mapping[str, str], switch: Network
    ) -> None:
        self._machines, self._addresses, self._switch = machines, addresses, switch
        self._power: dict[str, ExitStack] = {}

    def turn_on(self, name: str) -> None:
        power = self._power[name] = ExitStack()
        power.enter_context(self._machines[name].booted())
        self._switch.connect(self._machines[name], f"{self._addresses[name]}/24", name.split()[-1])

    def cut_power(self, name: str) -> None:
        self._power.pop(name).close()

    def turn_off(self) -> None:
        for power in self._power.values():
            power.close()

    def on(self, name: str, command: str) -> str:
        return self._machines[name].on(f"cd; {command}")
