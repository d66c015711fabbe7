"""Serve the application by WSGI. It refuses to start without its key ring or a lasting secret key.

It also refuses a database whose cases have no keys yet.
"""

import os

from django.core.wsgi import get_wsgi_application

from stalkcheck.environment import exit_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")

application = get_wsgi_application()

from questionnaire.checks import startup_problems, upgrade_problems  # noqa: E402  (needs the apps)

if problems := [*startup_problems(), *upgrade_problems()]:
    exit_with(*problems)
