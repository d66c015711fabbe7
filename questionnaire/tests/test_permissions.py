"""The permission table: closed by default, complete, and the same answer for foreign and missing."""

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
from django.urls import URLPattern, URLResolver, clear_url_caches, get_resolver, path

from questionnaire import permissions
from questionnaire.models import Access, Intake, Membership, Team, User
from questionnaire.permissions import CONFIRMED, TABLE, Who
from questionnaire.tests.conftest import account


def opened(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """A view that hands out what it was let near."""
    about = permissions.intake_of(request).reference if "uuid" in kwargs else "no intake"
    return HttpResponse(f"opened: {about}")


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
OF_AN_INTAKE = {Who.LISTED, Who.READER, Who.KEEPER, Who.WRITER, Who.REVIEWER, Who.HOLDER}
ROWS = {
    "anyone": {"GET": Who.ANYONE},
    "people": {"GET": Who.SIGNED_IN, "POST": Who.SIGNED_IN},
    "professionals": {"GET": Who.PROFESSIONAL},
    "managers": {"GET": Who.MANAGER},
    "administrators": {"GET": Who.ADMINISTRATOR},
    "one_intake": {"GET": Who.READER, "POST": Who.WRITER},
    "row": {"GET": Who.LISTED, "POST": Who.HOLDER},
}


@pytest.fixture
def own_urls(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """These URLs beside the real ones, with rows of their own in the table."""
    from stalkcheck import urls

    monkeypatch.setattr(urls, "urlpatterns", [*urlpatterns, *urls.urlpatterns])
    monkeypatch.setattr(permissions, "TABLE", {**TABLE, **ROWS})
    clear_url_caches()
    yield
    clear_url_caches()


def named(patterns: list[URLPattern | URLResolver]) -> Iterator[str | None]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern.url_patterns)
        else:
            yield pattern.name


def test_every_url_has_its_row_and_every_row_its_url() -> None:
    names = set(named(get_resolver().url_patterns))

    assert names == set(TABLE)


def test_every_row_names_methods_that_pages_use() -> None:
    for name, methods in TABLE.items():
        assert methods, name
        assert set(methods) <= {"GET", "POST"}, name


def test_few_pages_are_open_to_anyone() -> None:
    open_to_anyone = {name for name, methods in TABLE.items() if Who.ANYONE in methods.values()}

    signing_in = {"account_login", "mfa_authenticate", "mfa_login_webauthn", "account_logout"}
    elsewhere = {"organisation", "organisation_callback"}
    assert open_to_anyone == signing_in | elsewhere | {"set_language", "lock", "notes"}


def test_every_page_that_asks_for_confirmation_is_posted_to() -> None:
    for name in CONFIRMED:
        assert "POST" in TABLE[name], name


def test_every_url_of_an_intake_asks_what_someone_is_to_it() -> None:
    for pattern in _patterns(get_resolver().url_patterns):
        if "uuid" in pattern.pattern.converters:
            assert set(TABLE[pattern.name].values()) <= OF_AN_INTAKE, pattern.name


def _patterns(patterns: list[URLPattern | URLResolver]) -> Iterator[Any]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern


def test_the_table_is_held_for_every_request() -> None:
    # After the one that knows the user; the one after it answers only for an intake that it found.
    assert django_settings.MIDDLEWARE[-2:] == [
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
    assert response["Location"] == f"/account/login/?next={url}%3Fpage%3D2"


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
    verdicts = {}

    for user in (alice, rachel, bob, manager, charlie):
        client.force_login(user)
        verdicts[user.username] = (client.get(url).status_code, client.post(url).status_code)

    assert verdicts == {
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
    others = (
        account("dora", team, Membership.Role.PROFESSIONAL),
        account("mary", team, Membership.Role.MANAGER),
    )
    verdicts = {}

    for user in (alice, rachel, bob, *others, charlie):
        client.force_login(user)
        url = f"/rows/{intake.uuid}/"
        verdicts[user.username] = (client.get(url).status_code, client.post(url).status_code)

    assert verdicts == {
        "alice": (200, 200),
        "rachel": (200, 200),
        "bob": (200, 403),
        "dora": (200, 404),
        "mary": (404, 404),
        "charlie": (404, 404),
    }


@pytest.mark.usefixtures("own_urls")
@pytest.mark.parametrize(
    ("role", "verdicts"),
    [
        (Membership.Role.PROFESSIONAL, (200, 403, 403)),
        (Membership.Role.REVIEWER, (403, 403, 403)),
        (Membership.Role.MANAGER, (403, 200, 403)),
        (Membership.Role.ADMINISTRATOR, (403, 403, 200)),
    ],
)
def test_a_page_for_a_role(
    client: Client, team: Team, role: Membership.Role, verdicts: tuple[int, ...]
) -> None:
    client.force_login(account("dora", team, role))

    pages = ("professionals", "managers", "administrators")
    assert tuple(client.get(f"/{page}/").status_code for page in pages) == verdicts


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
        for method in ("GET", "POST", "HEAD"):
            foreign = client.generic(method, f"/intakes/{intake.uuid}/")
            missing = client.generic(method, f"/intakes/{uuid4()}/")

            assert foreign.status_code == missing.status_code == 404
            assert told(foreign) == told(missing)


@pytest.mark.usefixtures("own_urls")
def test_a_foreign_intake_takes_the_same_queries_as_a_missing_one(
    client: Client, bob: User, intake: Intake, django_assert_num_queries: Any
) -> None:
    client.force_login(bob)
    client.get("/people/")  # the first page of a session also looks whether text was kept
    with django_assert_num_queries(11) as missing:
        client.get(f"/intakes/{uuid4()}/")
    with django_assert_num_queries(11) as foreign:
        client.get(f"/intakes/{intake.uuid}/")

    assert [_without_values(query["sql"]) for query in foreign] == [
        _without_values(query["sql"]) for query in missing
    ]


def told(response: Any) -> tuple[bytes, list[tuple[str, str]]]:
    """All that a response says, but for the address asked, and the token and code that differ each time."""
    changing = rb'name="csrfmiddlewaretoken" value="[^"]+"|<code>\w{4}-\w{4}</code>|' + re.escape(
        response.request["PATH_INFO"].encode()
    )
    cookies = [(name, "") for name in response.cookies]
    return re.sub(changing, b"", response.content), [*response.items(), *cookies]


def _without_values(sql: str) -> str:
    return re.sub(r"'[^']*'|s\d+_x\d+", "?", sql)


def test_only_a_person_has_a_name(rf: RequestFactory, alice: User) -> None:
    request = rf.get("/")
    request.user = alice
    assert permissions.user_of(request) is alice

    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        permissions.user_of(request)
