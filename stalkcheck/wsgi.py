"""The server's entry point. It refuses to start without what would lose or show data."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")

application = get_wsgi_application()

from questionnaire.checks import server_problems  # noqa: E402  (needs the apps)

if problems := server_problems():
    # Printed and not only raised: a server that loads this in a thread would swallow the words.
    print(*problems, sep="\n", file=sys.stderr)  # noqa: T201
    raise SystemExit(1)
