"""Prepare what bin/serve needs, in one process, since each start of Django costs half a second.

With --production nothing of the installation is made or changed: what is missing is said, in one line each.
With --setup nothing of an installation is looked at: only what belongs to this copy of the program is made.
"""

import argparse
import io
import os
import socket
import sys
from pathlib import Path

import fonts
import messages

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")

from stalkcheck.language import of_commands  # noqa: E402  (found by the path)
from stalkcheck.language import translated as _  # noqa: E402

_LAST_PORT = 65_535


def main() -> int:
    """Prepare what is not ready yet, and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--demo", action="store_true")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--production", action="store_true")
    mode.add_argument("--setup", action="store_true")
    options = parser.parse_args()
    try:
        fault = prepare(options)
    except OSError as error:
        fault = _("%(file)s: %(reason)s. What is missing there is made by its owner: bin/serve --setup") % {
            "file": error.filename,
            "reason": error.strerror,
        }
    if fault:
        sys.stderr.write(f"{fault}\n")
    return bool(fault)


def prepare(options: argparse.Namespace) -> str:
    """Prepare, and return why it cannot serve; "" when it can. Raise OSError."""
    if not options.setup and (reason := cannot_listen(options.host, options.port)):
        return _("Cannot serve on port %(port)s of %(host)s: %(reason)s. Try --port.") % {
            "port": options.port,
            "host": options.host,
            "reason": reason,
        }
    messages.compile_all(ROOT)
    fonts.make_all(ROOT)
    set_up_django()
    from django.conf import settings

    from stalkcheck import listening

    if options.setup:
        return gather_static_files()
    hosts = settings.ALLOWED_HOSTS
    if fault := listening.refusal(options.host, hosts, behind_proxy=settings.BEHIND_PROXY):
        return fault
    if not (addresses := listening.answering_addresses(options.host, options.port, hosts)):
        return _("It answers to %(hosts)s alone: add %(host)s to STALKCHECK_HOSTS.") % {
            "hosts": ", ".join(hosts),
            "host": options.host,
        }
    if fault := look() if options.production else make(demo=options.demo):
        return fault
    if not options.production:
        sys.stdout.write(
            _("Key ring: %(path)s (keep a copy elsewhere: a backup without it is worthless)")
            % {"path": settings.KEYRING_PATH}
        )
        sys.stdout.write("\n")
    sys.stdout.writelines(f"{address}\n" for address in addresses)
    return ""


def set_up_django() -> None:
    """Set Django up, in the language of whoever runs this."""
    import django
    from django.utils import translation

    django.setup()
    translation.activate(of_commands())


def cannot_listen(host: str, port: int) -> str:
    """Return why the server cannot listen there; "" when it can.

    It is checked beforehand because granian silently shares a port that is in use.
    """
    if not 0 <= port <= _LAST_PORT:
        return _("a port is a number up to %(last)s") % {"last": _LAST_PORT}
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def gather_static_files() -> str:
    """Gather stylesheet and scripts in the folder of STALKCHECK_STATIC, compressed. Raise OSError."""
    from django.conf import settings
    from django.core.management import call_command

    if settings.STATIC_ROOT:
        call_command("collectstatic", interactive=False, verbosity=0)
    return ""


def look() -> str:
    """Return why the server of an organisation would not serve; change nothing, but note that it starts."""
    from django.conf import settings
    from django.db import DatabaseError

    from questionnaire.lifecycle import readiness
    from questionnaire.lifecycle.housekeeping import record_start
    from questionnaire.operations.error_codes import database_line

    if settings.STATIC_ROOT and not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        return _("There are no stylesheets in %(folder)s. Run: bin/serve --setup") % {
            "folder": settings.STATIC_ROOT
        }
    try:
        if not (problems := readiness.start_problems()):
            record_start()
    except DatabaseError as error:
        return database_line(error)
    return "\n".join(problems)


def make(*, demo: bool) -> str:
    """Make the keys, the database and the first account where they do not exist yet. Raise OSError.

    Return why a command refused, or the server would; "" when all is ready.
    """
    from django.conf import settings
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError

    from questionnaire.checks import startup_problems, upgrade_problems
    from questionnaire.documents.receiver_forms import form_problems
    from questionnaire.lifecycle import installation
    from questionnaire.lifecycle.housekeeping import record_start
    from questionnaire.operations.error_codes import database_line
    from stalkcheck import environment

    gather_static_files()
    try:
        call_command("keys", "create")
        # The settings were read before there was a secret key.
        settings.SECRET_KEY, settings.SECRET_KEY_IS_KEPT = environment.secret_key(settings.KEYRING_PATH)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("upgrade_cases", stdout=io.StringIO())
        call_command("update_levels", stdout=io.StringIO())
        call_command("adduser", "--first", password_file=password_file())
        # Here, so that it is reported once, and not by each worker of the server.
        problems = [*startup_problems(), *form_problems(), *upgrade_problems()]
        problems += filter(None, [installation.key_problem(), installation.secret_problem()])
        if not problems:
            record_start()
        if demo:
            call_command("demo")
    except CommandError as error:
        return str(error)
    except DatabaseError as error:
        return database_line(error)
    return "\n".join(problems)


def password_file() -> Path | None:
    """Return where the first password goes when what is printed may be kept, as in the log of a service."""
    from django.conf import settings

    return None if sys.stdout.isatty() else Path(settings.KEYRING_PATH).with_name("first_password")


if __name__ == "__main__":
    sys.exit(main())
