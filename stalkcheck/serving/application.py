"""Run the WSGI application under ASGI: a thread works on whole requests alone, and never waits.

On the event loop wait: the body (`bodies`), a thread, by fair turns (`turns`), and a place for a PDF, which
requests ask for that make one (`questionnaire.documents.renderers.places`). The server sends the response
without a thread too.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from django.conf import settings
from django.urls import Resolver404, resolve

from questionnaire.documents.renderers import made_ahead
from questionnaire.documents.renderers.places import PLACE, Place, PlaceState
from questionnaire.middleware.places import PDF_PAGES
from questionnaire.operations import metrics
from stalkcheck.serving.bodies import Bodies, Body, TooSlowError
from stalkcheck.serving.environ import Scope, cookies, header, make_environ
from stalkcheck.serving.responses import BROKEN, TOO_BUSY, TOO_SLOW, Response, own_response
from stalkcheck.serving.turns import Locks, NoLocks, NoTurnError, Rules, Turns

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Threads for pages. One person gets all but one of them at a time.
_THREADS: Final = settings.THREADS
PAGES: Final = Rules(places=_THREADS, places_each=_THREADS - 1, waiting=1_000, waiting_each=250, patience=60)
#: Requests for a PDF ask for their place in one of these threads, so that pages have the other, also when ten
#: people ask at once.
ASKS: Final = Rules(places=1, places_each=1, waiting=1_000, waiting_each=250, patience=60)
#: PDFs have places of their own, in threads of their own, so that pages always have theirs.
PDFS: Final = Rules(places=1, places_each=1, waiting=20, waiting_each=2, patience=60)

#: Of how many sessions a process remembers whose they are.
_SESSIONS: Final = 10_000

#: How often is looked whether nobody wants a PDF, before what can wait is left, and after how long each time.
_LOOKS: Final = 20
_LOOK_SECONDS: Final = 0.1

#: For how long a client may take nothing of what is sent.
_DEAF_MILLISECONDS: Final = 60_000

_log = logging.getLogger(__name__)


class GoneError(Exception):
    """The client has gone; nobody waits for a response."""


class BrokenBodyError(Exception):
    """The body broke off, or is no body: the client has gone, or sent what no chunk is."""


class Application:
    """The WSGI application of one process, with its threads."""

    def __init__(
        self,
        wsgi: Callable[..., Iterable[bytes]],
        locks: Path | None = None,
        *,
        bodies: Bodies | None = None,
        pages: Rules = PAGES,
        pdfs: Rules = PDFS,
    ) -> None:
        self._wsgi = wsgi
        self._bodies = bodies or Bodies()
        self._pages = Turns(pages)
        self._asks = Turns(ASKS)
        self._pdfs = Turns(pdfs, Locks(locks, settings.PDF_PLACES) if locks else NoLocks())
        self._threads = ThreadPoolExecutor(pages.places + pdfs.places, "request")
        #: For what is made ahead: one thing at a time, beside the threads that people wait for.
        self._ahead = ThreadPoolExecutor(1, "ahead")
        self._making: asyncio.Task[None] | None = None
        self._is_first = True
        #: Whose sessions these are, as their last requests said.
        self._people: OrderedDict[str, int] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if self._is_first:
            self._is_first = False
            give_up_on_deaf_clients()
        try:
            response = await self._respond(scope, receive)
        except TooSlowError:
            response = own_response(408, TOO_SLOW)
        except NoTurnError:
            response = own_response(503, TOO_BUSY)
        except BrokenBodyError:
            response = own_response(400, BROKEN)
        except GoneError:
            return
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [
                    (name.lower().encode(), value.encode("latin-1")) for name, value in response.headers
                ],
            }
        )
        await send({"type": "http.response.body", "body": response.content})
        is_free = self._making is None or self._making.done()
        if response.later and response.status == HTTPStatus.OK and is_free:
            self._making = asyncio.create_task(self._make_ahead(response.later))

    async def _make_ahead(self, make: Callable[[], None]) -> None:
        """Do what can wait, when nobody wants a PDF; not at all when someone goes on wanting one."""
        loop = asyncio.get_running_loop()
        for _look in range(_LOOKS):
            await asyncio.sleep(_LOOK_SECONDS)
            if self._pdfs.is_idle and self._pages.is_idle:
                await loop.run_in_executor(self._ahead, make)
                loop.call_later(made_ahead.SECONDS + 1, _tidy)
                return

    async def _respond(self, scope: Scope, receive: Receive) -> Response:
        announced = header(scope, b"content-length")
        if not (announced.isdecimal() and int(announced)) and not header(scope, b"transfer-encoding"):
            return await self._while_there(receive, self._run(scope, Body(b"", 0)))
        size = int(announced) if announced.isdecimal() else None
        async with self._bodies.read(_chunks(receive), size) as body:
            return await self._while_there(receive, self._run(scope, body))

    async def _while_there(self, receive: Receive, running: Awaitable[Response]) -> Response:
        """Return the response; stop waiting for a turn when the client goes. What a thread began it ends."""
        answer = asyncio.ensure_future(running)
        gone = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait([answer, gone], return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            answer.cancel()
            with suppress(asyncio.CancelledError, NoTurnError):
                await answer
            raise GoneError
        finally:
            gone.cancel()

    async def _run(self, scope: Scope, body: Body) -> Response:
        asks = who_asks(scope)
        who = self._people.get(asks, asks)
        place = Place(PlaceState.NOT_ASKED, has_room=self._pdfs.has_room)
        async with self._asks.turn(who) if _is_for_pdf(scope) else nullcontext(), self._pages.turn(who):
            response = await self._in_thread(scope, body, place)
        if place.asked_by is not None:
            self._remember(asks, place.asked_by)
        if place.wanted_by is None:
            response.later = place.later
            return response
        try:
            with metrics.PDFS_WANTED.track_inprogress():
                async with self._pdfs.turn(place.wanted_by):
                    return await self._in_thread(scope, body, Place(PlaceState.GRANTED))
        except NoTurnError:
            async with self._pages.turn(who):
                return await self._in_thread(scope, body, Place(PlaceState.REFUSED))

    def _remember(self, session: str, person: int) -> None:
        """Give the next requests of this session the turns of its person, who can have many sessions."""
        self._people[session] = person
        self._people.move_to_end(session)
        if len(self._people) > _SESSIONS:
            self._people.popitem(last=False)

    async def _in_thread(self, scope: Scope, body: Body, place: Place) -> Response:
        """Return what Django answers. A thread that has begun is waited for, also when the client goes."""
        environ = {**make_environ(scope, body), PLACE: place}
        working = asyncio.get_running_loop().run_in_executor(self._threads, self._answer, environ)
        try:
            return await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait([working])
            raise

    def _answer(self, environ: dict[str, Any]) -> Response:
        response = Response()
        try:
            parts = self._wsgi(environ, response.start)
            try:
                response.content = b"".join(parts)
            finally:
                if close := getattr(parts, "close", None):
                    close()
        except Exception as error:  # noqa: BLE001  (Django answers its own; its message may repeat a value)
            _log.error("A request failed outside Django: %s", type(error).__name__)
            return own_response(500, "")
        return response


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Yield the body as it comes. Raise BrokenBodyError when it ends in the middle."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BrokenBodyError
        yield message["body"]
        if not message.get("more_body"):
            return


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_for_pdf(scope: Scope) -> bool:
    """Return whether this may ask for a place: a look at the address, before its turn."""
    if scope["method"] != "POST":
        return False
    with suppress(Resolver404):
        return resolve(unquote(scope["raw_path"])).view_name in PDF_PAGES
    return False


def _tidy() -> None:
    if shelf := made_ahead.shelf():
        shelf.tidy()


def who_asks(scope: Scope) -> str:
    """Return whose turn it is: a session's, or without one an address's.

    The session is the one that Django finds, whatever else is among the cookies.
    """
    name = settings.SESSION_COOKIE_NAME
    value = cookies(scope).get(name, "")
    session = f"{name}={value}" if value else ""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = header(scope, b"x-forwarded-for").split(",")[-proxies:] if proxies else [""]
    return session or forwarded[0].strip() or str(scope["client"][0])


def give_up_on_deaf_clients() -> None:
    """Have the kernel end the connections of clients that for a minute take nothing of what is sent.

    The server has no limit of its own for that. Connections have this of the socket on which they came in.
    """
    for number in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):  # it may be closed by now
            descriptor = int(number.name)
            if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                continue
            with socket.socket(fileno=os.dup(descriptor)) as listening:
                if listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAF_MILLISECONDS)
