"""Start one conversation after another at a served installation, and print what came of each request.

Run as a script, with: URL, file with certificates, name and password of someone who never signed in, how each
reference begins, and a file that says that it is enough.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from questionnaire.tests.deploy.visit import Person  # isort: skip

START: Final = "/intakes/start/"
#: However long nobody says that it is enough.
SECONDS: Final = 600


def note(kind: str, reference: str, ask: Callable[[], object]) -> None:
    begun = time.time()
    try:
        ask()
        status = "200"
    except HTTPError as error:
        status = str(error.code)
    except (URLError, OSError) as error:
        status = type(error).__name__
    print(f"{begun:.2f} {time.time() - begun:.2f} {kind} {status} {reference}", flush=True)  # noqa: T201


def main(url: str, certificates: str, name: str, password: str, begin: str, enough: str) -> None:
    person = Person(url, certificates, name, password)
    page, ends, number = person.get(START), time.time() + SECONDS, 0
    while not Path(enough).exists() and time.time() < ends:
        number += 1
        reference = f"{begin}-{number}"
        note("POST", reference, lambda: person.post(START, page, reference=reference, _go="fear"))  # noqa: B023
        note("GET", reference, lambda: person.get(START))


if __name__ == "__main__":
    main(*sys.argv[1:])
