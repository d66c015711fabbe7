"""What the organisation adds to documents: contacts, a text and terms. No number and no advice goes."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaire.documents.builder import build_document
from questionnaire.documents.editions import EDITIONS
from questionnaire.documents.labels import advice_title
from questionnaire.documents.renderers.html import as_html
from questionnaire.documents.renderers.text import as_text, section_as_text
from questionnaire.domain.contacts import CONTACTS, PHONE_NUMBERS
from questionnaire.domain.dates import format_date
from questionnaire.domain.organisation import (
    CLIENT_PAGE,
    CONTACT_KINDS,
    MAX_CONTACT,
    MAX_TEXT,
    NUMBER,
    TERMS,
    WORD,
    Added,
    OwnContact,
    fault_of,
)
from questionnaire.domain.organisation_look import MAX_NAME, NAME
from questionnaire.domain.summary import summarise
from questionnaire.domain.terms import Terms
from questionnaire.tests import strategies
from questionnaire.tests.documents.examples import EVERY_EDITION, intake_file
from questionnaire.tests.documents.reading import all_strings, everything_in, section

ADDED = Added(
    (
        OwnContact(
            "attention_officer", "M. Voorbeeld", "010-123 45 67", "ma-vr 9-17", "Ook via de balie", "coach"
        ),
        OwnContact("shelter", "<b>De Haven", "010-765 43 21"),
    ),
    "U kunt altijd terugkomen.\nVraag naar de balie.",
)


@pytest.mark.parametrize("code", ["full", "text"])
def test_the_own_file_has_the_contacts_after_the_steps(code: str) -> None:
    document = build_document(intake_file(), "en", EDITIONS[code], added=ADDED)

    text = section_as_text(section(document, "organisation"))
    assert "Attention officer (coach): M. Voorbeeld" in text
    assert "010-123 45 67" in text
    assert "ma-vr 9-17" in text
    assert "&lt;b&gt;De Haven" in everything_in(document)
    ids = [part.id for part in document.sections]
    assert ids.index("organisation") == ids.index("steps") + 1


def test_contacts_take_no_national_number_and_no_advice_away() -> None:
    with_contacts, without = (build_document(intake_file(), "en", added=added) for added in (ADDED, Added()))

    assert [part for part in with_contacts.sections if part.id != "organisation"] == list(without.sections)
    assert with_contacts.page_one == without.page_one
    assert CONTACTS["veilig_thuis"].number in everything_in(with_contacts)


@pytest.mark.parametrize("code", ["police", "advice", "report"])
def test_no_edition_for_others_has_anything_that_the_organisation_adds(code: str) -> None:
    for_others, without = (
        build_document(intake_file(), "nl", EDITIONS[code], added=added) for added in (ADDED, Added())
    )

    assert for_others == without


def test_the_page_for_the_client_has_the_text_and_no_contact() -> None:
    document = build_document(intake_file(), "nl", EDITIONS["client"], added=ADDED)

    text = section_as_text(section(document, "organisation"))
    assert "U kunt altijd terugkomen." in text
    assert "Vraag naar de balie." in text
    assert "Voorbeeld" not in as_html(document)
    assert "organisation" not in [
        part.id for part in build_document(intake_file(), "nl", EDITIONS["client"]).sections
    ]


def texts(most: int) -> st.SearchStrategy[str]:
    """Return texts as anyone may type them, with what is said elsewhere on the page among them."""
    said = [*PHONE_NUMBERS.values(), "112", "<b>", "%(police)s", "{{ x }}", "\u202e", "Veilig Thuis"]
    return st.one_of(st.text(max_size=most), st.sampled_from(said).map(lambda text: text[:most]))


#: All that an organisation can store for one team: contacts, a word, a text for the client's page,
#: terms, and a name.
CONTENTS: Final = st.builds(
    lambda contacts, word, client_page, terms, name: [
        *contacts,
        (WORD, {"nl": word}),
        (CLIENT_PAGE, {"nl": client_page}),
        (TERMS, terms),
        (NAME, {"name": name}),
    ],
    st.lists(
        st.tuples(
            st.sampled_from(list(CONTACT_KINDS)),
            st.fixed_dictionaries(
                {
                    "number": st.one_of(
                        st.from_regex(NUMBER, fullmatch=True), st.sampled_from([*PHONE_NUMBERS.values()])
                    ),
                    **{part: texts(most) for part, most in MAX_CONTACT.items() if part != "number"},
                }
            ),
        ),
        max_size=3,
    ),
    texts(MAX_TEXT[WORD]),
    texts(MAX_TEXT[CLIENT_PAGE]),
    st.fixed_dictionaries({"soon": st.integers(0, 5), "later": st.integers(0, 16)}),
    texts(MAX_NAME),
)


def added_by(contents: list[tuple[str, dict[str, Any]]]) -> Added:
    """Return what of this is used: what has no fault."""
    used = [(kind, content) for kind, content in contents if fault_of(kind, content) is None]
    one = dict(used)
    word = one.get(WORD, {}).get("nl", "")
    return Added(
        tuple(OwnContact(kind, **content, word=word) for kind, content in used if kind in CONTACT_KINDS),
        one.get(CLIENT_PAGE, {}).get("nl", ""),
        one.get(NAME, {}).get("name", ""),
        Terms(**one.get(TERMS, {})),
    )


@settings(max_examples=60)
@given(strategies.intakes(), CONTENTS, st.sampled_from(EVERY_EDITION))
def test_whatever_the_organisation_stores_no_number_and_no_advice_goes(
    told: strategies.Intake, contents: list[tuple[str, dict[str, Any]]], edition: tuple[str, str]
) -> None:
    intake = intake_file(told.raw, incidents=told.incidents)
    code, language = edition
    added = added_by(contents)
    own, without = (
        build_document(intake, language, EDITIONS[code], added=each, paper=True) for each in (added, Added())
    )

    with override(language):
        latest, earlier = (
            format_date(summarise(intake.answers, intake.incidents, intake.date, terms).reassess_on)
            for terms in (Terms(), added.terms)
        )
        titles = [advice_title(advice.code) for advice in summarise(intake.answers, (), intake.date).advice]
    shown = set(all_strings(own))
    # What says who made it is longer by the name.
    longer = tuple(text for text in shown if added.name and text.endswith(added.name))
    for text in set(all_strings(without)) - shown:
        is_earlier = latest in text and text.replace(latest, earlier) in shown
        assert is_earlier or any(each.startswith(text) for each in longer), text
    for render in (as_html, as_text):
        with_own, alone = render(own), render(without)
        for kept in (*PHONE_NUMBERS.values(), *map(str, titles)):
            assert with_own.count(kept) >= alone.count(kept)
