"""The form for the name and the colours of an organisation."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from questionnaire.forms.organisation_look import LookForm


def form(**typed: str) -> LookForm:
    return LookForm({f"1-{name}": text for name, text in typed.items()}, prefix="1")


def test_what_is_typed_becomes_a_name_and_colours() -> None:
    filled = form(name="  De   Haven ", light="1D4ED8 ", dark="#9DB8F5")

    assert filled.is_valid()
    assert filled.entries == {
        "name": {"name": "De Haven"},
        "colours": {"light": "#1d4ed8", "dark": "#9db8f5"},
    }


def test_nothing_is_the_programs_own() -> None:
    assert form().is_valid()
    blank = form(light=" ")
    assert blank.is_valid()
    assert blank.entries == {"name": {"name": ""}, "colours": {"light": "", "dark": ""}}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (
            {"light": "#00a651"},
            "light",
            "is 2.7; it must be 4.5. Like it, and allowed: #007a3c.",
        ),
        ({"light": "#c8102e"}, "light", "Choose another than red, orange or yellow. Like it, and allowed: #"),
        ({"light": "blauw"}, "light", "This is not a colour."),
        ({"light": "#1d4ed8", "dark": "#1d4ed8"}, "dark", "Like it, and allowed: #"),
        ({"dark": "#9db8f5"}, "light", "Fill in this colour too."),
        ({"name": "Bel 0900-8844"}, "name", "A name has no telephone number."),
        ({"name": "x" * 61}, "name", "60"),
    ],
)
def test_what_cannot_be_says_why_and_what_can(typed: dict[str, str], field: str, said: str) -> None:
    with override("en"):
        errors = form(**typed).errors

        assert list(errors) == [field]
        assert said in errors[field][0]


def test_no_colour_is_proposed_for_what_is_none() -> None:
    assert "#" not in str(form(light="blauw").errors["light"][0]).replace("#0d4f5c", "").replace("# ", "")


def test_what_is_proposed_can_be_saved() -> None:
    with override("en"):
        proposed = str(form(light="#c8102e").errors["light"][0]).rpartition(": ")[2].rstrip(".")

    assert form(light=proposed).is_valid()


def test_stored_values_are_shown() -> None:
    shown = LookForm(prefix="1", stored={"name": {"name": "De Haven"}, "colours": {"light": "#1d4ed8"}})

    assert [shown[name].value() for name in ("name", "light", "dark")] == ["De Haven", "#1d4ed8", None]
