#!/usr/bin/env python3
"""Check a file of events with its seal and a public key that was kept elsewhere.

It needs Python 3.11 and the package cryptography, and nothing of the program that wrote the file. The exit
code is 0 when the file is whole, 1 when it is not or when it tells of events that were meddled with, and 2
when it cannot be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WHOLE, BROKEN, UNCHECKED = range(3)
BEGINNING = hashlib.sha256(b"stalkcheck events 1\n").digest()
TAG_BYTES = 4


class UncheckedError(Exception):
    """The file cannot be checked; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seal", type=Path, help="FILE.seal.json if not given")
    parser.add_argument(
        "--public-key",
        required=True,
        metavar="KEY",
        help="64 characters, or a file with what was printed by: manage.py events --public-key",
    )
    options = parser.parse_args(arguments)
    seal_path = options.seal or options.file.with_name(f"{options.file.name}.seal.json")
    try:
        seal = read_seal(seal_path, read_keys(options.public_key))
        wrong = first_wrong_line(options.file, seal)
    except UncheckedError as error:
        say(error)
        return UNCHECKED
    except InvalidSignature:
        say("The seal was not made with this key, or it was changed.")
        return BROKEN
    if wrong:
        say(wrong)
        return BROKEN
    say(f"The file is as it was written: {seal['count']} events, {seal['first']} to {seal['last']}.")
    # A file of another time, or of another installation, is whole too.
    since = seal["since"] or "the first event"
    say(f"It is of {seal['installation']}, from {since} to {seal['until']}, made at {seal['made_at']}.")
    if seal["broken_count"] or seal["faults"]:
        say(f"But when it was written {seal['broken_count']} of these were not as they were recorded.")
        say(*(f"event {seq}" for seq in seal["broken"]), *seal["faults"])
        return BROKEN
    return WHOLE


def say(*lines: object) -> None:
    """Print these lines."""
    print(*lines, sep="\n")  # noqa: T201


def read_keys(text: str) -> Mapping[str, str]:
    """Return the public keys by their id, which is "" for one that is given by itself."""
    if re.fullmatch("[0-9a-f]{64}", text):
        return {"": text}
    lines = [
        line.split() for line in _read(Path(text)).decode("utf-8", "replace").splitlines() if line.strip()
    ]
    if not lines or not all(len(line) == 2 and re.fullmatch("[0-9a-f]{64}", line[1]) for line in lines):
        raise UncheckedError(f"{text}: this is no public key.")
    return dict(lines)


def read_seal(path: Path, keys: Mapping[str, str]) -> Mapping[str, Any]:
    """Return what a seal says. Raise InvalidSignature when none of these keys made it."""
    try:
        seal = json.loads(_read(path))
        signature = bytes.fromhex(seal.pop("signature"))
        version, key = seal["version"], keys.get("") or keys.get(seal["key_id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UncheckedError(f"{path}: this is no seal.") from None
    if version != 1:
        raise UncheckedError(f"{path}: this seal is of a later version. Take a later program.")
    if key is None:
        raise UncheckedError(f"{path}: the seal was made with key {seal['key_id']}, which was not given.")
    message = json.dumps(seal, sort_keys=True, separators=(",", ":")).encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, message)
    return dict(seal)


def first_wrong_line(path: Path, seal: Mapping[str, Any]) -> str:
    """Return what is wrong with the file, with the number of its first wrong line; "" for nothing."""
    tags, end, number = base64.b64decode(seal["tags"]), BEGINNING, 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                end = hashlib.sha256(end + line).digest()
                tag = tags[(number - 1) * TAG_BYTES : number * TAG_BYTES]
                if not tag:
                    return f"Line {number} was added after the last one."
                if tag != end[:TAG_BYTES]:
                    return f"Line {number} was changed, added or moved, or a line before it was removed."
    except OSError as error:
        raise UncheckedError(f"{path}: {error.strerror}") from None
    if number < seal["lines"]:
        return f"Line {number + 1} and what comes after it was removed."
    return "" if end.hex() == seal["end"] else "A line was changed."


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UncheckedError(f"{path}: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
