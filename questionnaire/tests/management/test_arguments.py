"""What several commands take as arguments."""

import pytest
from django.core.management.base import CommandError
from django.utils.translation import override

from questionnaire.management import arguments
from questionnaire.models import User


def test_a_closed_account_decides_nothing(alice: User) -> None:
    assert arguments.account("alice") == alice
    User.objects.update(is_active=False)

    with override("en"), pytest.raises(CommandError, match=r"The account alice is closed\."):
        arguments.account("alice")


def test_an_unknown_account_is_refused(db: None) -> None:
    with override("en"), pytest.raises(CommandError, match=r"There is no account nobody\."):
        arguments.account("nobody")
