"""Places for requests that make a PDF: fewer than there are threads, so that pages always have one.

A server that can let a request wait outside its threads (`bin/serve`) puts a `Place` in the environ of each.
A request that will make a PDF then says for whom, and is run again when it is that person's turn. Under
another server the third in a process is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

#: The key in the environ of a request.
PLACE: Final = "stalkcheck.place"


class PlaceState(StrEnum):
    """Whether a request may make a PDF."""

    NONE_GIVEN = "none given"  # this server gives no places
    NOT_ASKED = "not asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(slots=True)
class Place:
    """What a server and a request tell each other.

    `wanted_by` is the number of who asks for a place, and `has_room` tells whether one more of that person
    may wait; who then still finds no room is refused when the request runs again. `asked_by` is the number of
    who is signed in, also without asking for a place: one person has fair turns in all sessions together.
    `later` is what to do when the response has left and nobody wants a PDF.
    """

    state: PlaceState
    wanted_by: int | None = None
    holds_thread: bool = False
    asked_by: int | None = None
    has_room: Callable[[int], bool] = lambda _who: True
    later: Callable[[], None] | None = None
