"""The key ring, its file, and the tokens that its keys encrypt."""

import json
import os
import stat
from pathlib import Path

import pytest
from django.utils.translation import override

from questionnaire.encryption import keyring
from questionnaire.encryption.keyring import KeyRing, KeyRingError, SealError, binding, new_key, seal, unseal

KEY = bytes(range(32))
HERE = binding("table", "column", "row")


def test_a_token_is_decrypted_in_its_own_place() -> None:
    assert unseal(KEY, seal(KEY, "bang ❤".encode(), HERE), HERE).decode() == "bang ❤"


def test_two_tokens_of_one_text_differ() -> None:
    assert seal(KEY, b"same", HERE) != seal(KEY, b"same", HERE)


def test_every_single_flipped_bit_raises() -> None:
    token = seal(KEY, b"kort", HERE)

    for position in range(len(token) * 8):
        altered = bytearray(token)
        altered[position // 8] ^= 1 << position % 8

        with pytest.raises(SealError):
            unseal(KEY, bytes(altered), HERE)


def test_every_truncated_token_raises() -> None:
    token = seal(KEY, b"kort", HERE)

    for length in range(len(token)):
        with pytest.raises(SealError):
            unseal(KEY, token[:length], HERE)


def test_an_added_byte_raises() -> None:
    with pytest.raises(SealError):
        unseal(KEY, seal(KEY, b"kort", HERE) + b"\0", HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        binding("other", "column", "row"),
        binding("table", "other", "row"),
        binding("table", "column", "other"),
        binding("tablecolumn", "row"),
        b"",
    ],
)
def test_a_token_is_decrypted_nowhere_else(elsewhere: bytes) -> None:
    with pytest.raises(SealError):
        unseal(KEY, seal(KEY, b"kort", HERE), elsewhere)


def test_another_key_raises() -> None:
    with pytest.raises(SealError):
        unseal(new_key(), seal(KEY, b"kort", HERE), HERE)


@pytest.mark.parametrize("plain", [b"", b'{"answers": {}}', b"\x01" + b"x" * 60])
def test_plaintext_is_not_accepted_as_a_token(plain: bytes) -> None:
    with pytest.raises(SealError):
        unseal(KEY, plain, HERE)


def test_a_wrapped_key_names_its_wrapping_key_and_outlives_a_rotation() -> None:
    old = KeyRing("aaaaaaaa", {"aaaaaaaa": KEY})
    token = old.wrap(b"d" * 32, HERE)

    rotated = KeyRing("bbbbbbbb", {"aaaaaaaa": KEY, "bbbbbbbb": new_key()})

    assert token.startswith(b"aaaaaaaa")
    assert rotated.unwrap(token, HERE) == b"d" * 32
    assert rotated.wrap(b"d" * 32, HERE).startswith(b"bbbbbbbb")


def test_a_wrapped_key_cannot_be_unwrapped_under_another_id() -> None:
    same_key_twice = KeyRing("aaaaaaaa", {"aaaaaaaa": KEY, "bbbbbbbb": KEY})
    token = same_key_twice.wrap(b"d" * 32, HERE)

    with pytest.raises(SealError):
        same_key_twice.unwrap(b"bbbbbbbb" + token[8:], HERE)


@pytest.mark.parametrize("key_id", [b"cccccccc", b"\xff" * 8])
def test_an_unknown_key_id_raises(key_id: bytes) -> None:
    ring = KeyRing("aaaaaaaa", {"aaaaaaaa": KEY})

    with pytest.raises(SealError):
        ring.unwrap(key_id + ring.wrap(b"d" * 32, HERE)[8:], HERE)


def test_derived_keys_differ_by_purpose_and_are_not_the_key_itself() -> None:
    ring = KeyRing("aaaaaaaa", {"aaaaaaaa": KEY})

    events, other = ring.derive_key("aaaaaaaa", "events"), ring.derive_key("aaaaaaaa", "other")

    assert len({events, other, KEY}) == 3
    assert events == ring.derive_key("aaaaaaaa", "events")
    with pytest.raises(SealError):
        ring.derive_key("cccccccc", "events")


def test_a_printed_ring_shows_no_key() -> None:
    assert repr(KeyRing("aaaaaaaa", {"aaaaaaaa": KEY})) == "KeyRing(current='aaaaaaaa')"


def test_only_the_owner_can_read_a_new_ring(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "keyring.json"

    assert keyring.create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["keyring.json"]
    assert len(keyring.load(path).keys) == 1


def test_a_ring_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    keyring.create(path)
    before = path.read_bytes()

    assert not keyring.create(path)

    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["keyring.json"]


def test_the_error_for_a_missing_ring_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match=r"manage\.py keys create"):
        keyring.load(tmp_path / "keyring.json")


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keyring.json"
    keyring.create(path)
    path.chmod(0o640)

    with pytest.raises(KeyRingError, match="chmod 600"):
        keyring.load(path)


@pytest.mark.parametrize(
    ("mode", "owner", "group", "account", "advice"),
    [
        (0o440, 0, 2000, 1000, ""),  # as a secret store mounts it for a group
        (0o440, 0, 3000, 1000, ""),
        (0o640, 0, 2000, 1000, ""),
        (0o440, 0, 2000, 0, ""),  # by root, for a migration: 600 would shut out the server
        (0o440, 0, 4000, 0, ""),
        (0o400, 1001, 4000, 1000, ""),
        (0o440, 0, 4000, 1000, "Give it the group of the server, and run: chmod 440"),
        (0o460, 0, 2000, 1000, "chmod 440"),  # the group can put in keys of its own
        (0o444, 0, 2000, 1000, "chmod 440"),
        (0o444, 0, 2000, 0, "chmod 440"),
        (0o460, 0, 2000, 0, "chmod 440"),
        (0o444, 0, 0, 1000, "chmod 440"),
        (0o440, 0, 0, 0, "chmod 600"),  # of our own: 600 will do
        (0o440, 1000, 2000, 1000, "chmod 600"),
        (0o440, 1001, 2000, 1000, "chmod 600"),
        (0o440, 1001, 2000, 0, "chmod 600"),
    ],
)
def test_a_ring_that_root_gave_to_a_group_is_taken_by_it_and_by_root(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    mode: int,
    owner: int,
    group: int,
    account: int,
    advice: str,
) -> None:
    path = tmp_path / "keyring.json"
    keyring.create(path)
    status = os.stat_result((stat.S_IFREG | mode, 1, 1, 1, owner, group, 1, 0, 0, 0))
    monkeypatch.setattr(keyring, "_read_file", lambda ring: (status, ring.read_text()))
    groups = [0] if account == 0 else [2000, 3000]
    for name, value in (("geteuid", account), ("getegid", groups[0]), ("getgroups", groups)):
        monkeypatch.setattr(os, name, lambda value=value: value)

    if advice:
        with override("en"), pytest.raises(KeyRingError, match=advice):
            keyring.load(path)
    else:
        assert len(keyring.load(path).keys) == 1


def test_a_folder_in_place_of_a_ring_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match=str(tmp_path)):
        keyring.load(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"current": "zzzzzzzz"},
        {"keys": {"aaaaaaaa": "c2hvcnQ="}},
        {"keys": {"aaaaaaaa": "no base64"}},
        {"keys": ["aaaaaaaa"]},
    ],
)
def test_a_damaged_ring_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "keyring.json"
    keyring.create(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))

    with pytest.raises(KeyRingError, match=str(path)):
        keyring.load(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", "null"])
def test_a_file_that_is_no_ring_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keyring.json"
    os.close(os.open(path, os.O_CREAT, 0o600))
    path.write_text(text)

    with pytest.raises(KeyRingError, match=str(path)):
        keyring.load(path)
