"""Send requests from several clients at once over kept connections, and tell how long each took."""

from __future__ import annotations

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")
WARM_UP = 0.5


#: A client: a function that sends its next request and returns what kind of request that was.
Client = Callable[[], str]


@dataclass(frozen=True)
class Figures:
    """What requests of one kind came to: how many a second, and milliseconds."""

    rate: float
    p50: float
    p99: float


class Connection:
    """A kept connection of one client with its cookies."""

    def __init__(self, port: int, cookies: str = "") -> None:
        self._http = http.client.HTTPConnection(HOST, port, timeout=60)
        self.cookies = cookies

    def send(self, method: str, path: str, body: str | None = None, accept: str = "text/html") -> bytes:
        """Return the content of the response. Raise AssertionError for an error page."""
        headers = {"Cookie": self.cookies, "Accept": accept}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._http.request(method, path, body, headers)
        response = self._http.getresponse()
        content = response.read()
        assert response.status in (200, 302), (method, path, response.status, content[:500])
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._set_cookie(value.partition(";")[0])
        return content

    def _set_cookie(self, pair: str) -> None:
        name = pair.partition("=")[0]
        others = [each for each in self.cookies.split("; ") if each and not each.startswith(f"{name}=")]
        self.cookies = "; ".join([*others, pair])


def measure(
    clients: Sequence[Client], seconds: float, processes: Sequence[int]
) -> tuple[dict[str, Figures], float]:
    """Return the figures by kind of request, and the milliseconds of processor time that a request took.

    Each client sends its next request as soon as the one before is answered. The processor time is that of
    all processes of the server.
    """
    times: list[tuple[str, float]] = []  # appending is atomic
    faults: list[BaseException] = []
    begin = time.perf_counter() + WARM_UP
    end = begin + seconds

    def run(client: Client) -> None:
        try:
            while (start := time.perf_counter()) < end:
                kind = client()
                if start >= begin:
                    times.append((kind, 1000 * (time.perf_counter() - start)))
        except BaseException as fault:  # noqa: BLE001  (raised again below)
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(WARM_UP)
    before, since = processor_seconds(processes), time.perf_counter()
    for thread in threads:
        thread.join()
    spent, elapsed = processor_seconds(processes) - before, time.perf_counter() - since
    if faults:
        raise faults[0]
    by_kind: dict[str, list[float]] = {}
    for kind, taken in times:
        by_kind.setdefault(kind, []).append(taken)
    found = {
        kind: Figures(len(each) / elapsed, statistics.median(each), statistics.quantiles(each, n=100)[98])
        for kind, each in by_kind.items()
    }
    return found, 1000 * spent / len(times)


def processor_seconds(processes: Sequence[int]) -> float:
    """Return the processor seconds that these processes, and those that they started, used so far."""
    spent = 0
    for pid in {*processes, *(each for parent in processes for each in descendants(parent))}:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *descendants(child)]
    return found
