"""The permission table: closed by default, complete, and the same response for foreign and missing."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, path

from questionnaire import permissions
from questionnaire.encryption import hidden_paths
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.permissions import REAUTHENTICATION_REQUIRED, TABLE, Requirement
from questionnaire.tests.conftest import account
from questionnaire.tests.factories import sign_stored_rights
from questionnaire.tests.responses import comparable
from questionnaire.tests.urls import OF_AN_INTAKE, url_patterns


def opened(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Respond with the reference of the intake that was found."""
    reference = permissions.intake_of(request).case.reference if "uuid" in kwargs else "no intake"
    return HttpResponse(f"opened: {reference}")


urlpatterns = [
    path("unlisted/", opened, name="unlisted"),
    path("nameless/", opened),
    path("anyone/", opened, name="anyone"),
    path("people/", opened, name="people"),
    path("professionals/", opened, name="professionals"),
    path("managers/", opened, name="managers"),
    path("administrators/", opened, name="administrators"),
    path("intakes/<uuid:uuid>/", opened, name="one_intake"),
    path("rows/<uuid:uuid>/", opened, name="row"),
]
ROWS = {
    "anyone": {"GET": Requirement.ANYONE},
    "people": {"GET": Requirement.SIGNED_IN, "POST": Requirement.SIGNED_IN},
    "professionals": {"GET": Requirement.PROFESSIONAL},
    "managers": {"GET": Requirement.MANAGER},
    "administrators": {"GET": Requirement.ADMINISTRATOR},
    "one_intake": {"GET": Requirement.READER, "POST": Requirement.AUTHOR_WHILE_OPEN},
    "row": {"GET": Requirement.LISTED, "POST": Requirement.ACCESS_MANAGER},
}


@pytest.fixture
def own_urls(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add these URLs to the real ones, with rows of their own in the table."""
    from stalkcheck import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urlpatterns, *urls.urlpatterns])
    monkeypatch.setattr(permissions, "TABLE", {**TABLE, **ROWS})
    clear_url_caches()
    yield
    clear_url_caches()


def test_every_url_has_its_row_and_every_row_its_url() -> None:
    assert {pattern.name for pattern in url_patterns()} == set(TABLE)


def test_every_row_names_methods_that_pages_use() -> None:
    for name, methods in TABLE.items():
        assert methods, name
        assert set(methods) <= {"GET", "POST"}, name


def test_few_pages_are_open_to_anyone() -> None:
    open_to_anyone = {name for name, methods in TABLE.items() if Requirement.ANYONE in methods.values()}

    signing_in = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "account_logout"}
    elsewhere = {"organisation", "organisation_callback"}
    assert open_to_anyone == signing_in | elsewhere | {"set_language", "lock", "notes", "security_txt"}


def test_every_page_that_requires_reauthentication_is_posted_to() -> None:
    assert REAUTHENTICATION_REQUIRED
    for name in REAUTHENTICATION_REQUIRED:
        assert "POST" in TABLE[name], name


def test_every_url_of_an_intake_asks_what_someone_is_to_it() -> None:
    about_one = [pattern for pattern in url_patterns() if "uuid" in pattern.pattern.converters]

    assert len(about_one) > 10
    for pattern in about_one:
        assert set(TABLE[str(pattern.name)].values()) <= OF_AN_INTAKE, pattern.name


def test_the_table_is_enforced_for_every_request() -> None:
    # After the one that knows the user. The one before it knows of no intake, and the one after it answers
    # only for what it allowed.
    assert django_settings.MIDDLEWARE[-4:] == [
        "questionnaire.middleware.asked_again.AskAgainMiddleware",
        "questionnaire.middleware.places.PlacesMiddleware",
        "questionnaire.permissions.PermissionMiddleware",
        "questionnaire.middleware.closed_intake.ClosedIntakeMiddleware",
    ]


@pytest.mark.usefixtures("own_urls")
@pytest.mark.parametrize("url", ["/unlisted/", "/nameless/"])
def test_a_url_without_a_row_is_closed_to_everyone(client: Client, alice: User, url: str) -> None:
    assert client.get(url).status_code == 403

    client.force_login(alice)

    assert client.get(url).status_code == 403


@pytest.mark.usefixtures("own_urls", "db")
def test_a_page_for_anyone_opens(client: Client) -> None:
    assert client.get("/anyone/").content == b"opened: no intake"


@pytest.mark.usefixtures("own_urls", "db")
def test_head_goes_where_get_goes(client: Client) -> None:
    assert client.head("/anyone/").status_code == 200
    assert client.head("/people/").status_code == 302


@pytest.mark.usefixtures("own_urls", "db")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    response = client.generic(method, "/anyone/")

    assert response.status_code == 405
    assert response["Allow"] == "GET"


@pytest.mark.usefixtures("own_urls", "db")
@pytest.mark.parametrize(
    "url", ["/people/", "/professionals/", "/intakes/00000000-0000-4000-8000-000000000000/"]
)
def test_a_stranger_is_sent_to_sign_in(client: Client, url: str) -> None:
    response = client.get(f"{url}?page=2")

    assert response.status_code == 302
    sign_in, token = response["Location"].split("?next=")
    assert sign_in == "/account/login/"
    assert hidden_paths.shown(token) == f"{url}?page=2"
    assert url not in response["Location"]


@pytest.mark.usefixtures("own_urls")
def test_a_person_without_a_role_is_signed_in_and_no_more(client: Client, team: Team) -> None:
    client.force_login(account("nadia", team))

    assert client.get("/people/").status_code == 200
    assert client.get("/professionals/").status_code == 403


@pytest.mark.usefixtures("own_urls")
def test_who_reads_and_who_writes_an_intake(
    client: Client, alice: User, rachel: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    manager = account("mary", team, Membership.Role.MANAGER)
    url = f"/intakes/{intake.uuid}/"
    outcomes = {}

    for user in (alice, rachel, bob, manager, charlie):
        client.force_login(user)
        outcomes[user.username] = (client.get(url).status_code, client.post(url).status_code)

    assert outcomes == {
        "alice": (200, 200),
        "rachel": (200, 403),
        "bob": (404, 404),
        "mary": (404, 404),
        "charlie": (404, 404),
    }


@pytest.mark.usefixtures("own_urls")
def test_who_knows_of_an_intake_and_who_decides_who_sees_it(
    client: Client, alice: User, rachel: User, bob: User, charlie: User, team: Team, intake: Intake
) -> None:
    Access.objects.create(case=intake.case, user=bob, kind=Access.Kind.NAMED)
    sign_stored_rights(intake.case)
    others = (
        account("dora", team, Membership.Role.PROFESSIONAL),
        account("mary", team, Membership.Role.MANAGER),
    )
    outcomes = {}

    for user in (alice, rachel, bob, *others, charlie):
        client.force_login(user)
        url = f"/rows/{intake.uuid}/"
        outcomes[user.username] = (client.get(url).status_code, client.post(url).status_code)

    assert outcomes == {
        "alice": (200, 200),
        "rachel": (200, 200),
        "bob": (200, 403),
        "dora": (200, 404),
        "mary": (404, 404),
        "charlie": (404, 404),
    }


@pytest.mark.usefixtures("own_urls")
@pytest.mark.parametrize(
    ("role", "outcomes"),
    [
        (Membership.Role.PROFESSIONAL, (200, 403, 403)),
        (Membership.Role.REVIEWER, (403, 403, 403)),
        (Membership.Role.MANAGER, (403, 200, 403)),
        (Membership.Role.ADMINISTRATOR, (403, 403, 200)),
    ],
)
def test_a_page_for_a_role(
    client: Client, team: Team, role: Membership.Role, outcomes: tuple[int, ...]
) -> None:
    client.force_login(account("dora", team, role))

    pages = ("professionals", "managers", "administrators")
    assert tuple(client.get(f"/{page}/").status_code for page in pages) == outcomes


@pytest.mark.usefixtures("own_urls")
def test_an_author_who_only_reviews_now_no_longer_writes(
    client: Client, alice: User, team: Team, intake: Intake
) -> None:
    Membership.objects.filter(user=alice).delete()
    Membership.objects.create(user=alice, team=team, role=Membership.Role.REVIEWER)
    client.force_login(alice)

    assert client.get(f"/intakes/{intake.uuid}/").status_code == 200
    assert client.post(f"/intakes/{intake.uuid}/").status_code == 403


@pytest.mark.usefixtures("own_urls")
def test_a_right_that_is_taken_away_is_gone_at_the_next_request(
    client: Client, alice: User, intake: Intake
) -> None:
    client.force_login(alice)
    assert client.get(f"/intakes/{intake.uuid}/").status_code == 200

    Membership.objects.filter(user=alice).delete()

    assert client.get(f"/intakes/{intake.uuid}/").status_code == 404


@pytest.mark.usefixtures("own_urls")
def test_a_foreign_intake_answers_exactly_as_a_missing_one(
    client: Client, bob: User, charlie: User, intake: Intake
) -> None:
    for user in (bob, charlie):
        client.force_login(user)
        client.get("/keys/")  # the first page of a session looks up what is kept, and notes it and the roles
        for method in ("GET", "POST", "HEAD"):
            foreign = client.generic(method, f"/intakes/{intake.uuid}/")
            missing = client.generic(method, f"/intakes/{uuid4()}/")

            assert foreign.status_code == missing.status_code == 404
            assert comparable(foreign) == comparable(missing)


@pytest.mark.usefixtures("own_urls")
def test_a_foreign_intake_takes_the_same_queries_as_a_missing_one(
    client: Client, bob: User, intake: Intake, django_assert_max_num_queries: Any
) -> None:
    client.force_login(bob)
    client.get("/keys/")  # the first page of a session also looks for pending posts, and notes the roles
    client.get(f"/intakes/{uuid4()}/")  # the first event of an account begins its chain
    # Five are those of the bar at the top of each page, which counts what waits. Ten record the look.
    with django_assert_max_num_queries(22) as missing:
        client.get(f"/intakes/{uuid4()}/")
    with django_assert_max_num_queries(22) as foreign:
        client.get(f"/intakes/{intake.uuid}/")

    assert [_without_values(query["sql"]) for query in foreign] == [
        _without_values(query["sql"]) for query in missing
    ]


def _without_values(sql: str) -> str:
    return re.sub(r"'[^']*'|s\d+_x\d+|VALUES .*|SET number = \d+", "?", sql)


def test_only_a_person_has_a_name(rf: RequestFactory, alice: User) -> None:
    request = rf.get("/")
    request.user = alice
    assert permissions.user_of(request) is alice

    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        permissions.user_of(request)
