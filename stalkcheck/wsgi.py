"""Serve the application by WSGI. It refuses to start without its key ring or a lasting secret key.

It also refuses a form of a receiver that it cannot read, and a database whose cases have no keys yet.
"""

import os

from django.core.wsgi import get_wsgi_application

from stalkcheck.environment import exit_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")

application = get_wsgi_application()

from questionnaire.checks import startup_problems, upgrade_problems  # noqa: E402  (needs the apps)
from questionnaire.documents.receiver_forms import form_problems  # noqa: E402

if problems := [*startup_problems(), *form_problems(), *upgrade_problems()]:
    exit_with(*problems)
