"""Serve security.txt (RFC 9116): where to report a security problem of this installation."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

#: The standard wants less than a year. Whoever starts the server with the setting says that it is right; a
#: date that moved with each request would go on saying so for a server that nobody looks at any more.
_VALID_FOR: Final = timedelta(days=180)
_STARTED: Final = datetime.now(UTC)


def security_txt(request: HttpRequest) -> HttpResponse:
    """Show the contacts of the settings to anyone; answer as an unknown address when there are none."""
    if not settings.SECURITY_CONTACTS:
        raise Http404
    # To the day, so that the processes of one server agree.
    expires = (_STARTED + _VALID_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [*(f"Contact: {contact}" for contact in settings.SECURITY_CONTACTS), f"Expires: {expires}"]
    lines.append("Preferred-Languages: nl, en")
    if request.is_secure():  # the standard takes no other address
        lines.append(f"Canonical: {request.build_absolute_uri()}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
