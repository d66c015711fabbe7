"""Tell what each layer costs of each kind of request: the budget in docs/performance.md.

Milliseconds of processor time, in process, without the server. A layer's time is without that of the layers
that it calls. Of several rounds the least, since other work on the machine only adds.

Usage: python bench/layers.py
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

import scratch

# isort: split
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.template.backends.django import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questionnaire import demo, permissions
from questionnaire.accounts.backend import Backend
from questionnaire.accounts.session_store import SessionStore
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import transactions
from questionnaire.audit import log as audit_log
from questionnaire.domain.dates import today
from questionnaire.forms.sections import SectionForm
from questionnaire.management.commands.demo import add
from questionnaire.middleware import asked_again
from questionnaire.models import Intake
from questionnaire.queries import case_list, case_rows, documents
from questionnaire.screen import page_marks
from questionnaire.tests.pages import Page
from questionnaire.views import page_header, sections
from questionnaire.views.wizard import IntakeStorage

ROUNDS, REQUESTS = 8, 10
CONVERSATION = "ex_partner_with_breach"
REST: Final = "Django and the rest"
#: The functions of each layer, by what has them as an attribute.
LAYERS: Final[tuple[tuple[str, Any, tuple[str, ...]], ...]] = (
    ("session, account, mark", SessionStore, ("load", "save")),
    ("session, account, mark", Backend, ("get_user",)),
    ("session, account, mark", page_marks, ("read",)),
    ("rights, before the view", permissions, ("enforce",)),
    ("rights, under the lock", transactions, ("lock_case", "stored_intake", "relations_of")),
    ("rights, before it is sent", asked_again, ("_ask_again",)),
    ("event", audit_log, ("record",)),
    ("commit", BaseDatabaseWrapper, ("_commit",)),
    ("form", SectionForm, ("__init__", "full_clean", "submission")),
    ("form", IntakeStorage, ("get_step_data", "drafts")),
    ("merge and summary", intake_actions, ("_merged",)),
    ("store", Intake, ("save",)),
    ("panel", sections, ("build_sidebar", "overview_of", "news")),
    ("header", page_header, ("_case_header", "_places")),
    ("rows", case_list, ("readable_page",)),
    ("rows", case_rows, ("load",)),
    ("document", documents, ("build_document",)),
    ("HTML", Template, ("render",)),
)


class Timers:
    """How long each layer took, without the layers that it called."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._within: list[float] = []

    def timed(self, layer: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, timed as part of a layer."""

        @wraps(function)
        def run(*args: Any, **options: Any) -> Any:
            self._within.append(0.0)
            start = time.process_time()
            try:
                return function(*args, **options)
            finally:
                taken = time.process_time() - start
                self.spent[layer] += taken - self._within.pop()
                if self._within:
                    self._within[-1] += taken

        return run


def main() -> int:
    """Print a table of the layers of each kind of request."""
    requests = kinds()
    queries: dict[str, int] = {}
    for kind, request in requests.items():
        request()
        with CaptureQueriesContext(connection) as captured:
            request()
            queries[kind] = len(captured)
    timers = Timers()
    for layer, owner, names in LAYERS:
        for name in names:
            setattr(owner, name, timers.timed(layer, getattr(owner, name)))
    least: dict[str, dict[str, float]] = {}
    for _round in range(ROUNDS):
        for kind, request in requests.items():
            timers.spent.clear()
            timers.timed(REST, lambda request=request: [request() for _number in range(REQUESTS)])()
            if kind not in least or sum(timers.spent.values()) < sum(least[kind].values()):
                least[kind] = dict(timers.spent)
    print(f"{'':28}" + "".join(f"{kind:>10}" for kind in requests))
    for layer in [*dict.fromkeys(layer for layer, *_others in LAYERS), REST]:
        values = (1000 * least[kind].get(layer, 0) / REQUESTS for kind in requests)
        print(f"{layer:28}" + "".join(f"{value:10.2f}" if value else f"{'':10}" for value in values))
    totals = (1000 * sum(least[kind].values()) / REQUESTS for kind in requests)
    print(f"{'in all, ms':28}" + "".join(f"{value:10.2f}" for value in totals))
    print(f"{'queries':28}" + "".join(f"{queries[kind]:10}" for kind in requests))
    return 0


def kinds() -> dict[str, Callable[[], None]]:
    """Return by name a function that sends one request of each kind."""
    client, user, team = scratch.signed_in()
    intake = add(user, team, demo.intake(CONVERSATION, today()), demo.follow_up(CONVERSATION, today()))
    section = reverse("section", args=[intake.pk, "fear"])
    return {
        "section": getting(client, section),
        "autosave": saving(client, section),
        "list": getting(client, reverse("cases")),
        "today": getting(client, reverse("today")),
        "summary": getting(client, reverse("summary", args=[intake.pk])),
        "help": getting(client, reverse("help")),
    }


def getting(client: Client, url: str) -> Callable[[], None]:
    def get() -> None:
        assert client.get(url).status_code == 200

    return get


def saving(client: Client, url: str) -> Callable[[], None]:
    """Return a function that saves a page with other words each time, as autosave.js does."""
    posted = dict(Page(client, url).posted.lists())
    saved = 0

    def save() -> None:
        nonlocal saved
        saved += 1
        posted["fear_own_words"] = [f"Ik durf niet meer naar buiten, {saved}."]
        posted["page"] = [f"bench.{saved}"]
        form = "application/x-www-form-urlencoded"
        body = urlencode(posted, doseq=True)
        response = client.post(url, body, content_type=form, headers={"accept": "application/json"})
        bases = json.loads(response.content)["base"]
        assert bases, "a save that changed nothing was measured"
        posted.update({name: [base] for name, base in bases.items()})

    return save


if __name__ == "__main__":
    sys.exit(main())
