"""System checks. Each has an id, and says in one line what to do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import gettext as _

from questionnaire import keyring


def server_problems() -> list[str]:
    """Why the server must not start, a line each; empty when it may."""
    problems = []
    try:
        keyring.ring()
    except keyring.KeyRingError as error:
        problems.append(str(error))
    if not settings.SECRET_KEY_IS_KEPT:
        problems.append(
            _("There is no secret key. Run: python manage.py keys create, or set STALKCHECK_SECRET_KEY.")
        )
    return problems


@register(Tags.security, deploy=True)
def check_server_secrets(**kwargs: Any) -> list[CheckMessage]:
    """The key ring opens and the secret key outlives the process, as wsgi.py will demand."""
    return [Error(problem, id="questionnaire.E001") for problem in server_problems()]
