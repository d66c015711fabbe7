"""People who write at a steady rate, and what they got: for tests in which something fails meanwhile."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from django.utils.datastructures import MultiValueDict

from questionnaire.tests.served import NO_RESPONSE, Browser, Response

#: Beside an HTTP status: no whole response came.
BROKEN_OFF: Final = 0
#: A test that asks wrongly shows nothing.
_CLIENT_ERROR, _SERVER_ERROR = 400, 500


@dataclass
class Writer:
    """Someone who opens a page, saves, and looks whether it is there, again and again until told to stop.

    `browsers` are those of the servers; which is asked is what a balancer decides: the next, when one refuses
    a connection. What was acknowledged must be read back, by whichever server.
    """

    browsers: list[Browser]
    url: str
    pause: float
    stop: threading.Event = field(default_factory=threading.Event)
    #: When each request began, how long it took, and its status.
    answers: list[tuple[float, float, int]] = field(default_factory=list)
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    failure: list[BaseException] = field(default_factory=list)
    _place: int = 0
    _last: str = ""
    _unsure: str = ""

    def work(self) -> None:
        try:
            while not self.stop.wait(self.pause):
                self._save_once()
        except BaseException as error:  # noqa: BLE001  (raised again by `Load`)
            self.failure.append(error)

    def _save_once(self) -> None:
        page = self._ask(lambda browser: browser.get(self.url))
        if page is None or page.status != 200:
            return
        self._compare(str(page.controls["fear_own_words"]))
        words = f"nacht {self.acknowledged + 1}"
        sent = {**_lists(page.controls), "fear_own_words": words}
        saved = self._ask(lambda browser: browser.post(self.url, sent, "application/json"))
        if saved is not None and saved.status == 200:
            self.acknowledged += 1
            self._last = words
        else:
            self._unsure = words

    def _compare(self, shown: str) -> None:
        """Note what was acknowledged and is not there. What was not acknowledged may be there, or not."""
        if shown == self._unsure and shown:
            self._last = shown
        elif shown != self._last:
            self.lost.append(f"{self._last} is {shown!r}")
        self._unsure = ""

    def _ask(self, request: Callable[[Browser], Response]) -> Response | None:
        began = time.monotonic()
        response = self._sent(request)
        status = response.status if response else BROKEN_OFF
        self.answers.append((began, time.monotonic() - began, status))
        assert status < _CLIENT_ERROR or status >= _SERVER_ERROR, status
        return response

    def _sent(self, request: Callable[[Browser], Response]) -> Response | None:
        for _server in self.browsers:
            self._place = (self._place + 1) % len(self.browsers)
            try:
                return request(self.browsers[self._place])
            except ConnectionRefusedError:
                continue  # nothing was sent: a balancer asks another
            except NO_RESPONSE:
                return None
        return None

    def check(self, browser: Browser) -> None:
        """Look once more, at the end."""
        self._compare(str(browser.get(self.url).controls["fear_own_words"]))


def _lists(controls: MultiValueDict[str, str]) -> dict[str, list[str]]:
    return dict(controls.lists())


class Load:
    """Writers at work while a block runs: `requests` a second of all together, if the servers keep up."""

    def __init__(self, browsers: list[Browser], urls: list[str], requests: float = 5) -> None:
        pause = 2 * len(urls) / requests  # each round is two requests
        self.writers = [Writer(browsers, url, pause) for url in urls]
        self._threads = [threading.Thread(target=writer.work) for writer in self.writers]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for writer in self.writers:
            writer.stop.set()
        for thread in self._threads:
            thread.join()
        for writer in self.writers:
            if writer.failure:
                raise writer.failure[0]

    @property
    def answers(self) -> list[tuple[float, float, int]]:
        return sorted(answer for writer in self.writers for answer in writer.answers)

    @property
    def statuses(self) -> Counter[int]:
        return Counter(status for _began, _seconds, status in self.answers)

    @property
    def acknowledged(self) -> int:
        return sum(writer.acknowledged for writer in self.writers)

    @property
    def lost(self) -> list[str]:
        return [lost for writer in self.writers for lost in writer.lost]

    def wait_for_saves(self, count: int, seconds: float = 300) -> None:
        """Wait until so many more saves were acknowledged. Raise AssertionError after so many seconds."""
        wanted, deadline = self.acknowledged + count, time.monotonic() + seconds
        while self.acknowledged < wanted:
            assert time.monotonic() < deadline, (self.statuses, self.lost)
            assert not [writer.failure for writer in self.writers if writer.failure]
            time.sleep(0.05)

    def first_success_after(self, moment: float) -> float:
        """Return how long after a moment the first request was answered with success."""
        ends = [began + took for began, took, status in self.answers if status == 200]
        return min(end for end in ends if end > moment) - moment

    def check(self, browser: Browser) -> None:
        for writer in self.writers:
            writer.check(browser)
