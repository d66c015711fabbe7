"""What stands in an address for a page, so that the address names no intake."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest
from django.urls import reverse

from questionnaire.encryption.hidden_paths import hidden, shown


def test_a_page_about_something_is_a_token() -> None:
    uuid = str(uuid4())
    for path in (reverse("summary", args=[uuid]), f"{reverse('cases')}?after={uuid}", f"/nothing/{uuid}/"):
        token = hidden(path)

        assert shown(token) == path
        raw = base64.urlsafe_b64decode(token.removeprefix("~") + "===")
        for word in (uuid, "intakes", "cases", "after"):
            assert word not in token
            assert word.encode() not in raw
        assert hidden(path) != token, "nobody can tell whether two are of one page"
        assert len(token) < 300


def test_a_page_about_nothing_is_itself() -> None:
    for path in ("/", reverse("cases"), reverse("asked")):
        assert hidden(path) == path
        assert shown(path) == path


@pytest.mark.parametrize("value", ["~", "~x", "~" + "A" * 80, "~é", "~%00", "~" + "=" * 9])
def test_a_token_that_is_not_ours_is_no_page(value: str) -> None:
    assert shown(value) == ""


def test_a_token_that_was_changed_is_no_page() -> None:
    token = hidden(f"/intakes/{uuid4()}/")

    assert shown(token[:30] + ("A" if token[30] != "A" else "B") + token[31:]) == ""
