"""Merging what a page sent into an intake, on plain data."""

import json
from dataclasses import replace
from typing import Any

import pytest

from questionnaire.domain.answers import Absent
from questionnaire.domain.fingerprints import (
    draft_fingerprint,
    fingerprint,
    item_fingerprint,
    text_fingerprint,
)
from questionnaire.domain.merge import Merge, Submission
from questionnaire.models import empty_content

ITEM = "fear_own_words"


class Page:
    """A page of one item in a browser: made from some content, changed, sent."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.base = {
            ITEM: item_fingerprint(content, ITEM),
            "running_note": text_fingerprint(content, "running_note"),
        }
        self.parts = {part: content[part].get(ITEM) for part in ("answers", "notes", "sources", "reasons")}
        self.running_note = content["running_note"]

    def sent(self, *, invalid: bool = False, **who: Any) -> Submission:
        parts: dict[str, Any] = {part: {ITEM: value} for part, value in self.parts.items()}
        if invalid:
            del parts["answers"]
        posted = {ITEM: json.dumps(self.parts), "running_note": self.running_note}
        texts = {"running_note": self.running_note}
        return Submission(self.base, posted, [ITEM] if invalid else [], texts=texts, **parts | who)

    def take_over(self, merge: Merge) -> None:
        """Take over the fingerprints in the response, as autosave does."""
        self.base |= merge.bases


def save(content: dict[str, Any], page: Page, /, *, invalid: bool = False, **who: Any) -> Merge:
    merge = Merge(content, page.sent(invalid=invalid, **who))
    merge.merge_all([ITEM])
    return merge


@pytest.fixture
def content() -> dict[str, Any]:
    return empty_content()


def test_an_answer_is_saved_with_its_note_source_and_reason(content: dict[str, Any]) -> None:
    page = Page(content)
    page.parts = {"answers": "bang", "notes": "fluistert", "sources": "client", "reasons": "kort"}

    merge = save(content, page)

    assert content["answers"] == {ITEM: "bang"}
    assert content["notes"] == {ITEM: "fluistert"}
    assert content["sources"] == {ITEM: "client"}
    assert content["reasons"] == {ITEM: "kort"}
    assert content["revisions"] == {ITEM: 1}
    assert (merge.saved, merge.conflicts, merge.touched) == ([ITEM], [], [ITEM])


def test_a_page_that_changes_nothing_touches_nothing(content: dict[str, Any]) -> None:
    before = json.dumps(content)

    merge = save(content, Page(content))

    assert json.dumps(content) == before
    assert merge.touched == []


def test_sending_a_page_twice_saves_it_once(content: dict[str, Any]) -> None:
    page = Page(content)
    page.parts["answers"] = "bang"
    save(content, page)

    again = save(content, page)

    assert again.touched == []
    assert again.conflicts == []
    assert content["revisions"] == {ITEM: 1}


def test_an_emptied_answer_is_removed(content: dict[str, Any]) -> None:
    content["answers"][ITEM] = "bang"
    content["notes"][ITEM] = "fluistert"
    page = Page(content)
    page.parts["answers"] = None
    page.parts["notes"] = ""

    save(content, page)

    assert content["answers"] == {}
    assert content["notes"] == {}


def test_an_old_page_leaves_what_it_did_not_change(content: dict[str, Any]) -> None:
    old = Page(content)
    content["answers"][ITEM] = "bang"

    merge = save(content, old)

    assert content["answers"] == {ITEM: "bang"}
    assert merge.conflicts == []


def test_two_pages_that_change_one_answer_lose_neither_text(content: dict[str, Any]) -> None:
    first, second = Page(content), Page(content)
    first.parts["answers"] = "van de eerste"
    second.parts["answers"] = "van de tweede"
    save(content, first)

    merge = save(content, second)

    assert content["answers"] == {ITEM: "van de eerste"}
    assert "van de tweede" in content["drafts"][ITEM][-1]
    assert (merge.saved, merge.conflicts, merge.touched) == ([], [ITEM], [ITEM])


def test_the_same_change_on_two_pages_is_no_conflict(content: dict[str, Any]) -> None:
    first, second = Page(content), Page(content)
    first.parts["answers"] = second.parts["answers"] = Absent.DECLINED
    save(content, first)

    merge = save(content, second)

    assert content["answers"] == {ITEM: "declined"}
    assert merge.conflicts == []


def test_an_answer_and_a_note_from_two_pages_are_both_saved(content: dict[str, Any]) -> None:
    first, second = Page(content), Page(content)
    first.parts["answers"] = "bang"
    second.parts["notes"] = "fluistert"
    save(content, first)

    merge = save(content, second)

    assert (content["answers"], content["notes"]) == ({ITEM: "bang"}, {ITEM: "fluistert"})
    assert merge.conflicts == []
    assert content["revisions"] == {ITEM: 2}


def test_a_conflict_sent_again_changes_nothing_more(content: dict[str, Any]) -> None:
    first, second = Page(content), Page(content)
    first.parts["answers"] = "van de eerste"
    second.parts["answers"] = "van de tweede"
    save(content, first)
    save(content, second)

    merge = save(content, second)

    assert merge.conflicts == [ITEM]
    assert merge.touched == []


def test_a_page_that_shows_the_draft_replaces_it(content: dict[str, Any]) -> None:
    content["answers"][ITEM] = "van de eerste"
    content["drafts"][ITEM] = ["van de tweede"]
    page = Page(content)
    page.parts["answers"] = "van beiden"

    save(content, page)

    assert content["answers"] == {ITEM: "van beiden"}
    assert content["drafts"] == {}


def test_a_page_that_does_not_know_the_draft_leaves_it(content: dict[str, Any]) -> None:
    content["answers"][ITEM] = "van de eerste"
    page = Page(content)
    content["drafts"][ITEM] = ["van de tweede"]
    page.parts["answers"] = "van de eerste, later"

    save(content, page)

    assert content["answers"] == {ITEM: "van de eerste, later"}
    assert content["drafts"] == {ITEM: ["van de tweede"]}


def test_an_invalid_answer_becomes_a_draft_as_it_was_typed(content: dict[str, Any]) -> None:
    content["answers"][ITEM] = "2026-02"
    page = Page(content)
    page.parts["answers"] = "31-02-2026"
    page.parts["notes"] = "fluistert"

    merge = save(content, page, invalid=True)

    assert content["answers"] == {ITEM: "2026-02"}
    assert "31-02-2026" in content["drafts"][ITEM][-1]
    assert content["notes"] == {ITEM: "fluistert"}
    assert merge.conflicts == []


def test_a_draft_is_removed_when_the_field_is_emptied(content: dict[str, Any]) -> None:
    content["drafts"][ITEM] = ["31-02-2026"]
    page = Page(content)

    merge = save(content, page)

    assert content["drafts"] == {}
    assert merge.touched == [ITEM]
    assert merge.saved == []


@pytest.mark.parametrize("base", ["", "x", "....", "a.b.c.d.e", "a.b.c.d.e.f"])
def test_a_page_with_an_invalid_base_overwrites_nothing(content: dict[str, Any], base: str) -> None:
    content["answers"][ITEM] = "bang"
    sent = Submission({ITEM: base}, {ITEM: "anders"}, answers={ITEM: "anders"})

    merge = Merge(content, sent)
    merge.merge_item(ITEM)

    assert content["answers"] == {ITEM: "bang"}
    assert content["drafts"] == {ITEM: ["anders"]}
    assert merge.conflicts == [ITEM]


def test_what_was_not_on_the_page_is_unchanged(content: dict[str, Any]) -> None:
    content["answers"][ITEM] = "bang"
    content["drafts"][ITEM] = ["draft"]
    before = json.dumps(content)

    merge = Merge(content, Submission({}, {}))
    merge.merge_item(ITEM)
    merge.merge_text("running_note")

    assert json.dumps(content) == before
    assert merge.touched == []


def test_a_text_of_the_intake_merges_in_the_same_way(content: dict[str, Any]) -> None:
    first, second = Page(content), Page(content)
    first.running_note = "van de eerste"
    second.running_note = "van de tweede"

    saved = save(content, first)
    lost = save(content, second)

    assert content["running_note"] == "van de eerste"
    assert content["drafts"] == {"running_note": ["van de tweede"]}
    assert (saved.saved, lost.conflicts) == (["running_note"], ["running_note"])


def test_the_outcome_of_a_step_merges_in_the_same_way(content: dict[str, Any]) -> None:
    content["steps"] = {"reassess": {"state": "planned"}}
    base = f"{fingerprint({'state': 'planned'})}.{fingerprint('')}"

    def record(state: str) -> Merge:
        sent = Submission({"reassess": base}, {"reassess": state}, steps={"reassess": {"state": state}})
        merge = Merge(content, sent)
        merge.merge_all([], ["reassess"])
        return merge

    first, second = record("done"), record("not_done")

    assert content["steps"] == {"reassess": {"state": "done"}}
    assert content["drafts"] == {"reassess": ["not_done"]}
    assert (first.saved, second.saved, second.conflicts) == (["reassess"], [], ["reassess"])


# --- A page that saves by itself ----------------------------------------------------------------------------


def test_a_page_never_learns_what_it_does_not_show(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    other.parts |= {"answers": "van de ander", "notes": "van de ander"}
    save(content, other)
    mine.parts["sources"] = "client"

    mine.take_over(save(content, mine))
    mine.parts |= {"answers": "van mij", "notes": "van mij"}
    merge = save(content, mine)

    assert content["answers"] == content["notes"] == {ITEM: "van de ander"}
    assert merge.conflicts == [ITEM]
    assert content["drafts"][ITEM][-1].count("van mij") == 2


def test_a_conflict_over_the_answer_leaves_the_note_free(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    other.parts["answers"] = "van de ander"
    save(content, other)
    mine.parts |= {"answers": "van mij", "notes": "een"}

    mine.take_over(save(content, mine))
    mine.parts["notes"] = "twee"
    save(content, mine)

    assert content["answers"] == {ITEM: "van de ander"}
    assert content["notes"] == {ITEM: "twee"}
    assert len(content["drafts"][ITEM]) == 1


def test_a_conflict_stays_one_however_often_it_is_typed_on(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    other.parts["answers"] = "van de ander"
    save(content, other)

    for text in ("van", "van mij", "van mij alleen"):
        mine.parts["answers"] = text
        mine.take_over(save(content, mine))

    assert content["answers"] == {ITEM: "van de ander"}
    assert [json.loads(draft)["answers"] for draft in content["drafts"][ITEM]] == ["van mij alleen"]


def test_taking_back_what_is_in_conflict_ends_it(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    other.parts["answers"] = "van de ander"
    save(content, other)
    mine.parts["answers"] = "van mij"
    mine.take_over(save(content, mine))

    mine.parts["answers"] = None
    save(content, mine)

    assert content["answers"] == {ITEM: "van de ander"}
    assert not content["drafts"]


def test_the_draft_of_a_third_page_is_not_replaced(content: dict[str, Any]) -> None:
    first, second, third = Page(content), Page(content), Page(content)
    for page, text in ((first, "een"), (second, "twee"), (third, "drie")):
        page.parts["answers"] = text
        page.take_over(save(content, page))
    second.parts["answers"] = "twee, later"

    save(content, second)

    assert content["answers"] == {ITEM: "een"}
    assert [json.loads(draft)["answers"] for draft in content["drafts"][ITEM]] == ["drie", "twee, later"]


def test_the_draft_before_is_shown_when_the_last_is_settled(content: dict[str, Any]) -> None:
    content["drafts"][ITEM] = ["een", "twee"]
    page = Page(content)

    page.take_over(save(content, page))
    save(content, page)

    assert content["drafts"] == {ITEM: ["een"]}


def test_a_draft_stored_before_there_could_be_more_is_read(content: dict[str, Any]) -> None:
    content["drafts"][ITEM] = "een"

    save(content, Page(content))

    assert content["drafts"] == {}


# --- What comes late, twice or in another order -------------------------------------------------------------


@pytest.mark.parametrize("order", [(1, 2, 1), (2, 1), (1, 1, 2, 2), (2, 2, 1, 1)])
def test_the_last_post_of_a_page_is_saved_in_any_order_of_arrival(
    content: dict[str, Any], order: tuple[int, ...]
) -> None:
    page = Page(content)
    texts = {1: "ik", 2: "ik ben bang"}

    for number in order:
        page.parts["answers"] = page.running_note = texts[number]
        save(content, page, page="a", number=number)

    assert content["answers"] == {ITEM: "ik ben bang"}
    assert content["running_note"] == "ik ben bang"
    assert content["drafts"] == {}


def test_what_another_page_wrote_in_between_is_a_conflict(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    mine.parts["answers"] = "ik"
    other.take_over(save(content, mine, page="a", number=1))
    other.parts["answers"] = "van de ander"
    save(content, other, page="b", number=1)

    mine.parts["answers"] = "ik ben bang"
    merge = save(content, mine, page="a", number=2)

    assert content["answers"] == {ITEM: "van de ander"}
    assert merge.conflicts == [ITEM]


def test_a_late_post_gets_the_bases_of_its_page(content: dict[str, Any]) -> None:
    page = Page(content)
    page.parts["answers"] = "ik"
    first = save(content, page, page="a", number=1)

    again = save(content, page, page="a", number=1)

    assert again.touched == []
    assert again.bases[ITEM] == first.bases[ITEM] == item_fingerprint(content, ITEM)


def test_a_choice_between_two_texts_is_saved(content: dict[str, Any]) -> None:
    mine, other = Page(content), Page(content)
    other.parts["answers"] = "van de ander"
    save(content, other)
    mine.parts["answers"] = "van mij"
    save(content, mine, page="a", number=1)

    mine.base = {ITEM: item_fingerprint(content, ITEM)}
    save(content, mine, page="a", number=2, chosen=ITEM)

    assert content["answers"] == {ITEM: "van mij"}
    assert content["drafts"] == {}


def test_a_late_post_does_not_bring_back_what_was_undone(content: dict[str, Any]) -> None:
    """The page was closed: what it sends then is its last word, also where that is what was stored before."""
    page = Page(content)
    late = replace(page.sent(), answers={ITEM: "bang"}, texts={"running_note": "bang"}, page="a", number=1)

    closing = save(content, page, page="a", number=2)
    Merge(content, late).merge_all([ITEM])

    assert closing.saved == []
    assert (content["answers"], content["running_note"], content["drafts"]) == ({}, "", {})


def test_a_repeated_post_does_not_bring_back_what_another_page_undid(
    content: dict[str, Any],
) -> None:
    mine, other = Page(content), Page(content)
    mine.parts["answers"] = other.parts["answers"] = "bang"
    other.take_over(save(content, other, page="b", number=1))
    save(content, mine, page="a", number=1)
    other.parts["answers"] = None
    save(content, other, page="b", number=2)

    save(content, mine, page="a", number=1)

    assert content["answers"] == {}


def test_posts_in_order_that_change_nothing_need_no_storing(content: dict[str, Any]) -> None:
    page = Page(content)
    for number in (1, 1):
        assert not save(content, page, page="read", number=number).must_store
    page.parts["answers"] = "bang"
    first = save(content, page, page="a", number=1)
    page.take_over(first)
    before = json.dumps(content)

    merge = save(content, page, page="a", number=2)

    assert first.must_store
    assert not merge.must_store
    assert json.dumps(content) == before


def test_only_the_latest_pages_are_remembered(content: dict[str, Any]) -> None:
    for number in range(20):
        page = Page(content)
        page.parts["answers"] = str(number)
        save(content, page, page=f"page{number}", number=1)

    assert [page for page, _number, _bases in content["pages"]] == [
        f"page{number}" for number in range(15, 20)
    ]


# --- Drafts without an answer -------------------------------------------------------------------------------


def save_draft(content: dict[str, Any], base: str, draft: str) -> Merge:
    merge = Merge(content, Submission({"incidents": base}, {}, drafts={"incidents": draft}))
    merge.merge_all([])
    return merge


def test_a_draft_is_stored_until_it_is_emptied(content: dict[str, Any]) -> None:
    base = draft_fingerprint(content, "incidents")

    for text in ("stond", "stond er"):
        merge = save_draft(content, base, text)
        base = merge.bases["incidents"]

        assert content["drafts"] == {"incidents": [text]}
        assert (merge.touched, merge.saved) == (["incidents"], [])
    assert save_draft(content, base, "stond er").touched == []
    save_draft(content, base, "")
    assert content["drafts"] == {}


def test_the_drafts_of_two_pages_are_both_stored(content: dict[str, Any]) -> None:
    base = draft_fingerprint(content, "incidents")

    save_draft(content, base, "in de tuin")
    save_draft(content, base, "aan de deur")

    assert content["drafts"] == {"incidents": ["in de tuin", "aan de deur"]}


def test_an_empty_page_does_not_remove_the_draft_of_another(content: dict[str, Any]) -> None:
    base = draft_fingerprint(content, "incidents")
    save_draft(content, base, "in de tuin")

    save_draft(content, base, "")

    assert content["drafts"] == {"incidents": ["in de tuin"]}
