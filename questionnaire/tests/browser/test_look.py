"""The colours of an organisation, as a browser shows them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from questionnaire.actions.organisation import set_singles
from questionnaire.domain.organisation_look import colours_of
from questionnaire.models import Intake, Membership, User
from questionnaire.tests.browser.conftest import Open
from questionnaire.tests.browser.helpers import WIDE, axe_violations
from questionnaire.tests.conftest import account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: The lightest that is allowed of a hue, so that it has the least contrast.
COLOURS = {"light": "#007a3c"}


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["summary", "section", "own_look"])
def test_colours_of_an_organisation_have_contrast_and_leave_urgency_as_it_is(
    open_page: Open, alice: User, intake: Intake, name: str, scheme: str
) -> None:
    adam = account("adam", intake.team, Membership.Role.ADMINISTRATOR)
    set_singles(adam, intake.team, {"name": {"name": "De Haven"}, "colours": COLOURS})
    colours = colours_of(COLOURS)
    assert colours
    of_page: dict[str, list[object]] = {"summary": [intake.uuid], "section": [intake.uuid, "fear"]}

    page = open_page(reverse(name, args=of_page.get(name)), user=alice, viewport=WIDE, color_scheme=scheme)

    style = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"
    link = page.locator(".emergency a").last.evaluate("link => getComputedStyle(link).color")
    assert link == rgb(colours.light if scheme == "light" else colours.dark)
    now = page.evaluate(style, "--utrecht-alert-now-color")
    assert now == ("#8a1c17" if scheme == "light" else "#f5aaa3")
    assert not axe_violations(page)
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate(style, "--utrecht-link-color") == "#0d4f5c"
