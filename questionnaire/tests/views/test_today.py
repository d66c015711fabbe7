"""Today: what waits for a person, on the first page after signing in."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaire.actions import access as access_actions
from questionnaire.actions import handovers, reminders
from questionnaire.actions import intakes as intake_actions
from questionnaire.actions import review as review_actions
from questionnaire.audit.event_codes import EventCode
from questionnaire.domain import dates
from questionnaire.domain.follow_up import Outcome
from questionnaire.domain.workflow import State
from questionnaire.lifecycle import erasure
from questionnaire.models import Access, AccessScope, Event, HeldPost, Intake, Membership, Team, User
from questionnaire.queries import today as today_queries
from questionnaire.queries.today import waiting_count
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import TODAY, event_count, record_outcomes, start_in, submission_of
from questionnaire.tests.pages import Page

pytestmark = pytest.mark.usefixtures("today")

TODAY_PAGE = "/"


@pytest.fixture
def start(alice: User, team: Team) -> Callable[..., Intake]:
    """Return a function that starts an intake of alice, at a level, with the next date so many days away."""

    def start_one(reference: str, *, level: str = "", due_in: int | None = 40, by: User = alice) -> Intake:
        intake = intake_actions.start_intake(by, team, reference, TODAY, "nl")
        if level:
            sent = submission_of(intake, danger_now=level)
            intake_actions.save_section(by, intake, "safety_now", sent)
        due = None if due_in is None else TODAY + timedelta(days=due_in)
        record_outcomes(by, intake, Outcome("reassess", "planned" if due else "done", on=due))
        return Intake.objects.get(pk=intake.pk)

    return start_one


def list_of(client: Client, list_id: str, language: str = "en") -> str:
    """Return the HTML of one list."""
    client.cookies["__Host-language"] = language
    html = Page(client, TODAY_PAGE).html
    return html[html.index(f'aria-labelledby="{list_id}"') :].partition("</section>")[0]


def references(html: str) -> list[str]:
    return [part.partition("</a>")[0] for part in html.split('/">')[1:]]


def test_anonymous_visitor_is_sent_to_the_login_page(client: Client, db: None) -> None:
    assert client.get(TODAY_PAGE).headers["Location"].startswith(reverse("account_login"))


def test_a_change_of_levels_is_told_once(alice_client: Client, alice: User, intake: Intake) -> None:
    assert "De niveaus zijn veranderd" not in Page(alice_client, TODAY_PAGE).html
    User.objects.filter(pk=alice.pk).update(rules_told=1)

    assert "De niveaus zijn veranderd" in Page(alice_client, TODAY_PAGE).html

    assert alice_client.post("/levels/seen/").url == TODAY_PAGE  # type: ignore[attr-defined]  # a redirect
    assert "De niveaus zijn veranderd" not in Page(alice_client, TODAY_PAGE).html


def test_nothing_that_waits_is_said_without_reassurance(
    alice_client: Client, alice: User, start: Callable[..., Intake]
) -> None:
    start("later")
    alice_client.cookies["__Host-language"] = "en"

    html = Page(alice_client, TODAY_PAGE).html

    assert "Nothing waits for you here today." in html
    assert "Do not wait for its date" in html
    assert "later" not in html
    assert waiting_count(alice, TODAY) == 0


def test_act_now_has_the_cases_in_which_one_writes_and_says_what_was_done(
    client: Client, alice: User, bob: User, start: Callable[..., Intake]
) -> None:
    start("not-yet", level="now", due_in=9)
    done = start("done", level="now", due_in=2)
    record_outcomes(alice, done, Outcome("call_112", "done", on=TODAY))
    start("calm", level="no")
    start("bobs", level="now", by=bob)
    client.force_login(alice)

    html = list_of(client, "act-now")

    assert references(html) == ["done", "not-yet"]
    assert "Recorded last: " in html
    assert "15 June 2026" in html
    assert html.count("Nothing is recorded as done yet.") == 1
    assert reverse("steps", args=[done.pk]) in html


def test_a_case_leaves_act_now_by_its_next_assessment_alone(
    client: Client, alice: User, start: Callable[..., Intake]
) -> None:
    grave = start("grave", level="now")
    review_actions.submit(alice, grave)
    later = review_actions.reassess(alice, grave, TODAY)
    client.force_login(alice)

    assert reverse("steps", args=[later.pk]) in list_of(client, "act-now")
    assert references(list_of(client, "act-now")) == ["grave"]


def test_act_now_is_in_the_order_of_the_first_day_of_each_case(
    client: Client, alice: User, start: Callable[..., Intake]
) -> None:
    grave = start("grave", level="now")
    record_outcomes(alice, grave, Outcome("victim_support", "planned", on=TODAY - timedelta(days=3)))
    review_actions.submit(alice, grave)
    review_actions.reassess(alice, grave, TODAY)
    start("later", level="now", due_in=-1)
    client.force_login(alice)

    html = list_of(client, "act-now")

    assert html.index(">grave</a>") < html.index(">later</a>")
    assert f'<a href="{reverse("steps", args=[grave.pk])}">Next step: ' in html


def test_a_correction_that_lowers_the_level_does_not_take_a_case_from_act_now(
    client: Client, alice: User, rachel: User, start: Callable[..., Intake]
) -> None:
    grave = start("grave", level="now")
    review_actions.submit(alice, grave)
    review_actions.sign_off(rachel, Intake.objects.get(), b"%PDF", {})
    correction = review_actions.correct(alice, grave)
    sent = submission_of(correction, danger_now="no")
    intake_actions.save_section(alice, correction, "safety_now", sent)
    client.force_login(alice)

    html = list_of(client, "act-now")

    assert references(html) == ["grave"]
    assert reverse("steps", args=[correction.pk]) in html


def test_reviewer_sees_what_was_handed_in_the_gravest_and_oldest_first(
    client: Client, alice: User, rachel: User, start: Callable[..., Intake]
) -> None:
    for number, level in enumerate(("no", "now", "no")):
        intake = start(f"case-{number}", level=level)
        review_actions.submit(alice, intake)
        Intake.objects.filter(pk=intake.pk).update(submitted_at=intake.started_at - timedelta(days=number))
    start("not-handed-in", level="now")
    client.force_login(rachel)

    html = list_of(client, "review")

    assert references(html) == ["case-1", "case-2", "case-0"]
    assert reverse("review", args=[intake.pk]) in html
    assert waiting_count(rachel, TODAY) == 3


def test_reviewer_is_not_asked_to_review_their_own_words(
    client: Client, alice: User, team: Team, start: Callable[..., Intake]
) -> None:
    both = account("both", team, Membership.Role.PROFESSIONAL, Membership.Role.REVIEWER)
    own, shared, other = start("own", by=both), start("shared"), start("other")
    access_actions.grant(alice, shared, both, Access.Kind.ASSIGNED)
    sent = submission_of(shared, fear_own_words="Ik ben bang.")
    intake_actions.save_section(both, shared, "fear", sent)
    access_actions.revoke(alice, shared, both, Access.Kind.ASSIGNED)
    for author, intake in ((both, own), (alice, shared), (alice, other)):
        review_actions.submit(author, intake)
    client.force_login(both)

    assert references(list_of(client, "review")) == ["other"]


def test_due_has_what_is_overdue_and_of_today_the_first_day_first(
    client: Client, alice: User, start: Callable[..., Intake]
) -> None:
    start("today", due_in=0)
    start("late", due_in=-3)
    start("later", due_in=1)
    start("never", due_in=None)
    client.force_login(alice)

    html = list_of(client, "due")

    assert references(html) == ["late", "today"]
    assert html.count("Overdue: 3 days") == html.count("Overdue: ") == 1
    assert html.count("Reassessment") == 2


def test_returned_says_how_many_questions_wait_and_whose(
    client: Client, alice: User, rachel: User, start: Callable[..., Intake]
) -> None:
    intake = start("back")
    review_actions.submit(alice, intake)
    review_actions.add_remark(rachel, intake, "", "Sinds wanneer?")
    review_actions.add_remark(rachel, intake, "weapons", "Welk?")
    review_actions.return_intake(rachel, intake)
    client.force_login(alice)

    html = list_of(client, "returned")

    assert references(html) == ["back"]
    assert "2 questions to answer: rachel" in html
    assert reverse("review", args=[intake.pk]) in html
    assert "Sinds wanneer?" not in html


def test_a_list_shows_eight_and_the_way_to_all(
    client: Client, alice: User, start: Callable[..., Intake]
) -> None:
    for number in range(10):
        start(f"n{number}", due_in=-1)
    client.force_login(alice)

    html = list_of(client, "due")

    assert len(references(html)) == 8
    assert '<span class="mark">10</span>' in html
    assert 'href="/cases/?of=mine&amp;due=1"' in html
    assert "n9" in client.get("/cases/?of=mine&due=1").content.decode()


def test_a_long_list_is_not_counted_further(
    client: Client, alice: User, start: Callable[..., Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today_queries, "MOST_COUNTED", 3)
    for number in range(4):
        start(f"n{number}", due_in=-1)
    client.force_login(alice)

    assert '<span class="mark">2+</span>' in list_of(client, "due")
    assert waiting_count(alice, TODAY) == 3
    nav = Page(client, reverse("cases")).html.partition('<nav class="places')[2]
    assert "(2+)</a>" in nav.partition("</nav>")[0]


def test_note_of_a_hand_over_is_shown_in_full_until_it_is_read(
    client: Client, alice: User, bob: User, start: Callable[..., Intake]
) -> None:
    intake = start("given")
    handovers.hand_over(alice, intake, bob, "Bel <b>haar</b>.\nNa vijven.")
    note = intake.handovers.get()
    client.force_login(bob)
    assert waiting_count(bob, TODAY) == 1
    html = list_of(client, "handed")
    for text in ("given", "Handed over by alice, ", "Bel &lt;b&gt;haar&lt;/b&gt;.<br>Na vijven."):
        assert text in html

    response = client.post(reverse("note_read", args=[intake.pk]), {"note": note.pk})

    assert response.headers["Location"] == TODAY_PAGE
    assert "Na vijven" not in Page(client, TODAY_PAGE).html
    assert waiting_count(bob, TODAY) == 0
    assert event_count(EventCode.HAND_OVER_NOTE_READ) == 1
    assert Event.objects.get(code=EventCode.HAND_OVER_NOTE_READ).actor == bob
    who = Page(client, reverse("access", args=[intake.pk])).html
    assert "Na vijven." in who
    assert "Read by bob, " in who


def test_of_many_notes_the_oldest_come_first_and_the_rest_is_counted(
    client: Client, alice: User, bob: User, start: Callable[..., Intake]
) -> None:
    for number in range(10):
        handovers.hand_over(alice, start(f"n{number}"), bob, f"Noot {number}.")
    client.force_login(bob)
    client.cookies["__Host-language"] = "en"

    html = Page(client, TODAY_PAGE).html

    assert "Noot 7." in html
    assert "Noot 8." not in html
    assert "2 more notes of hand-overs come here when you have read these." in html
    assert waiting_count(bob, TODAY) == 10


def test_a_hand_over_without_a_note_is_told_too(
    client: Client, alice: User, bob: User, start: Callable[..., Intake]
) -> None:
    handovers.hand_over(alice, start("given"), bob, "")
    client.force_login(bob)

    assert "No note was written with it." in list_of(client, "handed")


@pytest.mark.parametrize("sent", ["", "x", "00000000-0000-4000-8000-000000000001"])
def test_a_note_that_is_not_there_is_not_marked(
    client: Client, alice: User, bob: User, start: Callable[..., Intake], sent: str
) -> None:
    intake = start("given")
    handovers.hand_over(alice, intake, bob, "Let op.")
    client.force_login(bob)

    status = client.post(reverse("note_read", args=[intake.pk]), {"note": sent}).status_code

    assert status == (302 if len(sent) > 1 else 404)
    assert intake.handovers.get().read_at is None


def test_nobody_else_marks_a_note_as_read(
    client: Client, alice: User, bob: User, rachel: User, start: Callable[..., Intake]
) -> None:
    intake = start("given")
    handovers.hand_over(alice, intake, bob, "Let op.")
    client.force_login(rachel)

    client.post(reverse("note_read", args=[intake.pk]), {"note": intake.handovers.get().pk})

    assert intake.handovers.get().read_at is None
    assert "Let op." not in Page(client, TODAY_PAGE).html
    assert event_count(EventCode.HAND_OVER_NOTE_READ) == 0


def test_note_is_not_shown_to_someone_who_lost_access(
    client: Client, alice: User, bob: User, rachel: User, start: Callable[..., Intake]
) -> None:
    intake = start("given")
    handovers.hand_over(alice, intake, bob, "Let op.")
    access_actions.grant(rachel, intake, bob, Access.Kind.LOCKED_OUT)
    client.force_login(bob)

    html = Page(client, TODAY_PAGE).html

    assert "Let op." not in html
    assert "given" not in html
    assert waiting_count(bob, TODAY) == 0


def test_what_is_kept_is_named(alice_client: Client, alice: User) -> None:
    post = HeldPost(user=alice, mac="0" * 64, content={"path": "/", "controls": {}})
    post.make_key()
    post.save(force_insert=True)
    alice_client.cookies["__Host-language"] = "en"

    response: Any = alice_client.get(TODAY_PAGE, follow=True)  # the first page of a session leads to it

    assert response.redirect_chain == [("/kept/?next=%2F", 302)]
    assert "1 text that you typed is kept for you" in Page(alice_client, TODAY_PAGE).html
    assert waiting_count(alice, TODAY) == 1

    HeldPost.objects.update(held_at=timezone.now() - timedelta(days=7))
    assert waiting_count(alice, TODAY) == 0


def test_what_waits_is_counted_once_for_each_case(
    client: Client, alice: User, bob: User, rachel: User, start: Callable[..., Intake]
) -> None:
    start("grave", level="now", due_in=-2)  # for two reasons
    opened = start("opened")
    access_actions.open_with_reason(bob, opened, "Ik vervang Alice, die vandaag ziek is.")

    assert waiting_count(alice, TODAY) == 2
    assert waiting_count(rachel, TODAY) == 1
    assert waiting_count(bob, TODAY) == 0


def returned_and_handed_over(alice: User, rachel: User, to: User, intake: Intake) -> None:
    """Have a case returned with a question, and handed over."""
    review_actions.submit(alice, intake)
    review_actions.add_remark(rachel, intake, "", "Sinds wanneer?")
    review_actions.return_intake(rachel, intake)
    handovers.hand_over(alice, intake, to, f"Let op bij {intake.case.reference}.")


def test_a_case_stands_in_the_gravest_list_with_all_that_waits_in_its_row(
    client: Client, alice: User, bob: User, rachel: User, start: Callable[..., Intake]
) -> None:
    grave = start("grave", level="now", due_in=-2)
    returned_and_handed_over(alice, rachel, bob, grave)
    returned_and_handed_over(alice, rachel, bob, start("back", due_in=-1))
    client.force_login(bob)

    in_act_now, html = list_of(client, "act-now"), Page(client, TODAY_PAGE).html

    assert waiting_count(bob, TODAY) == 2
    assert (html.count(">grave</a>"), html.count(">back</a>")) == (1, 1)
    for said in ("Overdue: 2 days", "Returned to you: 1 question to answer: rachel", "Let op bij grave."):
        assert said in in_act_now
    assert reverse("review", args=[grave.pk]) in in_act_now
    in_returned = list_of(client, "returned")
    for said in ("Reassessment: 14 June 2026", "Overdue: 1 day", "Let op bij back."):
        assert said in in_returned
    assert "Nothing stands here now." in list_of(client, "due")
    assert 'aria-labelledby="handed"' not in html


def test_a_note_is_shown_also_of_a_case_far_down_its_list(
    client: Client, alice: User, bob: User, start: Callable[..., Intake]
) -> None:
    for number in range(9):
        start(f"n{number}", level="now", due_in=number, by=bob)
    handovers.hand_over(alice, start("given", level="now", due_in=30), bob, "Let op.")
    client.force_login(bob)

    html = list_of(client, "act-now")

    assert references(html) == [*(f"n{number}" for number in range(8)), "given"]
    assert '<span class="mark">10</span>' in html
    assert "Let op." in html


def test_what_is_erased_while_the_page_is_made_is_left_out(
    alice: User, bob: User, rachel: User, start: Callable[..., Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, half, back = start("gone", level="now"), start("half", level="now"), start("back")
    stays = start("stays", level="now", by=bob)
    for intake in (gone, half):
        handovers.hand_over(alice, intake, bob, "Let op.")
    returned_and_handed_over(alice, rachel, bob, back)
    # Of these cases another conversation is left: one that is in the same list, and one that is in none.
    left, _in_no_list = (start_in(each.case, bob) for each in (half, back))
    intake_actions.save_section(bob, left, "safety_now", submission_of(left, danger_now="now"))
    found_before = today_queries._found

    def erased_since(*args: Any) -> Any:
        found = found_before(*args)
        for intake in (gone, half, back):
            erasure.erase(None, intake.pk, "retention")
        return found

    monkeypatch.setattr(today_queries, "_found", erased_since)

    waiting = today_queries.today_of(AccessScope.of(bob), TODAY)

    assert [row.intake for row in waiting.act_now.rows] == [left, stays]
    assert (waiting.act_now.count, waiting.returned, waiting.notes_left) == (2, today_queries.Waiting(), 0)


def test_two_conversations_of_one_case_to_review_are_one_row(
    client: Client, alice: User, rachel: User, start: Callable[..., Intake]
) -> None:
    first = start("twice")
    review_actions.submit(alice, first)
    second = review_actions.reassess(alice, first, TODAY)
    review_actions.submit(alice, second)
    client.force_login(rachel)

    html = list_of(client, "review")

    assert (references(html)[0], html.count("<li>"), waiting_count(rachel, TODAY)) == ("twice", 1, 1)
    for intake in (first, second):
        assert html.count(reverse("review", args=[intake.pk])) == 1


def test_one_first_date_of_a_case_is_said_everywhere(
    client: Client, alice: User, rachel: User, team: Team
) -> None:
    """Over the demo: the header of each conversation, today, the list of cases, calendar and reminder."""
    call_command("demo", day=TODAY)
    client.cookies["__Host-language"] = "en"
    client.force_login(alice)
    today, cases = Page(client, TODAY_PAGE).html, Page(client, "/cases/").html
    dated = 0
    for row in cases.partition("<tbody>")[2].split("</tr>")[:-1]:
        reference = row.partition('/">')[2].partition("</a>")[0]
        listed = row.partition('data-label="Next date"')[2].partition("</td>")[0]
        short = listed.partition('<span class="day">')[2].partition("</span>")[0]
        day = datetime.strptime(short, "%d %b %Y").date() if short else None  # noqa: DTZ007  (a day)
        for intake in Intake.objects.filter(case__reference=reference):
            header = Page(client, reverse("summary", args=[intake.pk])).html.partition("</header>")[2]
            said = header.partition("case-header")[2].partition("</section>")[0]
            assert (f"Next date: {short}" in said) is bool(short), reference
            # Since when nothing is planned is a day behind, for no calendar.
            if day and "No next date" not in listed:
                address = reverse("calendar", args=[intake.pk, day.isoformat()])
                assert client.get(address).status_code == 200, reference
        if day and f">{reference}</a>" in today:
            of_case = today.partition(f">{reference}</a>")[2].partition("</li>")[0]
            assert dates.format_date(day) in of_case or "Returned: " in of_case, reference
        if day and day <= TODAY:
            assert f">{reference}</a>" in today
            dated += 1
    assert dated
    waiting = today_queries.today_of(AccessScope.of(alice), TODAY)
    lists = (waiting.act_now, waiting.returned, waiting.due, waiting.handed)
    assert sum(each.count for each in lists) == waiting_count(alice, TODAY) > dated
    todo, *others = reminders._lines(waiting)
    counts = [int(line.rpartition(" ")[2]) for line in (todo, *others)]
    assert sum(counts) == waiting_count(alice, TODAY)


@pytest.mark.parametrize("role", [Membership.Role.MANAGER, Membership.Role.ADMINISTRATOR])
def test_whoever_reads_nothing_is_told_so(client: Client, team: Team, intake: Intake, role: str) -> None:
    client.force_login(account("ada", team, Membership.Role(role)))
    client.cookies["__Host-language"] = "en"

    html = Page(client, TODAY_PAGE).html

    assert "There are no conversations for your role." in html
    assert "2026-117" not in html


def test_a_case_that_was_tampered_with_is_left_out_and_said(
    client: Client, alice: User, rachel: User, start: Callable[..., Intake]
) -> None:
    intake = start("moved", level="now")
    Intake.objects.filter(pk=intake.pk).update(state=State.RETURNED)
    client.force_login(alice)
    client.cookies["__Host-language"] = "en"

    html = Page(client, TODAY_PAGE).html

    assert "moved" not in html
    assert "1 case is not shown" in html


def test_number_of_queries_does_not_grow_with_what_waits(
    client: Client,
    alice: User,
    bob: User,
    rachel: User,
    start: Callable[..., Intake],
    django_assert_max_num_queries: Any,
) -> None:
    def fill(name: str, due_in: int) -> None:
        """Add a case of each kind. The earlier they are due, the surer that a short list shows each kind."""
        start(f"{name}-now", level="now", due_in=due_in)
        record_outcomes(alice, start(f"{name}-step"), Outcome("victim_support", "planned", on=TODAY))
        review_actions.submit(alice, start(f"{name}-handed-in", level="now", due_in=due_in))
        intake = start(f"{name}-returned", level="now", due_in=due_in)
        review_actions.submit(alice, intake)
        review_actions.add_remark(rachel, intake, "", "Sinds wanneer?")
        review_actions.return_intake(rachel, intake)
        handovers.hand_over(bob, start(f"{name}-given", by=bob), alice, "Let op.")

    # Who manages a team is told of it, by some more.
    manager = Membership.objects.filter(user=alice, role=Membership.Role.MANAGER)

    def queries(user: User, most: int) -> tuple[int, int]:
        client.force_login(user)
        client.get(TODAY_PAGE)
        with django_assert_max_num_queries(most) as page:
            client.get(TODAY_PAGE)
        with django_assert_max_num_queries(6) as number:
            waiting_count(user, TODAY)
        return len(page), len(number)

    fill("one", -4)
    few = [queries(alice, 65), queries(rachel, 43)]
    for name, due_in in (("two", -3), ("three", -2), ("four", -1)):
        fill(name, due_in)

    assert [queries(alice, 65), queries(rachel, 43)] == few
    manager.delete()
    assert queries(alice, 43)[1] == few[0][1]


def test_reading_records_one_event(alice_client: Client, intake: Intake) -> None:
    alice_client.get(TODAY_PAGE)

    event = Event.objects.latest("seq")
    assert (event.code, event.intake) == (EventCode.LIST_READ, None)


def test_date_of_today_is_said(alice_client: Client) -> None:
    assert "15 juni 2026" in Page(alice_client, TODAY_PAGE).html
    assert date(2026, 6, 15) == TODAY
