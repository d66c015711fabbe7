"""Prepare what bin/serve needs, in one process, since each start of Django costs half a second."""

import argparse
import io
import os
import socket
import sys
from pathlib import Path

import fonts
import messages

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Prepare what is not ready yet, and return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--demo", action="store_true")
    options = parser.parse_args()
    if fault := cannot_listen(options.host, options.port):
        sys.stderr.write(f"Cannot serve on port {options.port} of {options.host}: {fault}. Try --port.\n")
        return 1

    messages.compile_all(ROOT)
    fonts.make_all(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stalkcheck.settings")
    from django.conf import settings

    from stalkcheck import listening

    hosts = settings.ALLOWED_HOSTS
    addresses = listening.answering_addresses(options.host, options.port, hosts)
    if fault := listening.refusal(options.host, hosts, behind_proxy=settings.BEHIND_PROXY):
        sys.stderr.write(f"{fault}\n")
        return 1
    if not addresses:
        sys.stderr.write(f"It answers to {', '.join(hosts)} alone: add {options.host} to STALKCHECK_HOSTS.\n")
        return 1
    if fault := prepare(demo=options.demo):
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(
        f"Key ring: {settings.KEYRING_PATH} (keep a copy elsewhere: a backup without it is worthless)\n"
    )
    sys.stdout.writelines(f"{address}\n" for address in addresses)
    return 0


def cannot_listen(host: str, port: int) -> str:
    """Return why the server cannot listen there; "" when it can.

    It is checked beforehand because granian silently shares a port that is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def prepare(*, demo: bool) -> str:
    """Make the keys, the database and the first account where they do not exist yet.

    Return why a command refused, or the server would; "" when all is ready.
    """
    import django
    from django.conf import settings
    from django.core.management import CommandError, call_command

    from stalkcheck import environment

    django.setup()
    from questionnaire.lifecycle.sealing import record_start

    if settings.STATIC_ROOT:
        call_command("collectstatic", interactive=False, verbosity=0)
    try:
        call_command("keys", "create")
        # The settings were read before there was a secret key.
        settings.SECRET_KEY, settings.SECRET_KEY_IS_KEPT = environment.secret_key(settings.KEYRING_PATH)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("upgrade_cases", stdout=io.StringIO())
        call_command("update_levels", stdout=io.StringIO())
        call_command("adduser", "--first")
        record_start()
        if demo:
            call_command("demo")
    except CommandError as error:
        return str(error)
    # Here, so that it is reported once, and not by each worker of the server.
    from questionnaire.checks import startup_problems, upgrade_problems
    from questionnaire.documents.receiver_forms import form_problems

    return "\n".join([*startup_problems(), *form_problems(), *upgrade_problems()])


if __name__ == "__main__":
    sys.exit(main())
