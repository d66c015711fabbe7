"""A bare Debian 12 to try what is documented on: made by debootstrap, run in namespaces, booted by systemd.

Needs root, and Debian's packages or a mirror of them; how this machine reaches those is carried in. The bare
system is made once and kept, below /var/tmp; each machine has a layer of its own over it, and throws it away.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

SUITE: Final = "bookworm"
_BASE: Final = Path("/var/tmp") / f"stalkcheck-bare-{SUITE}"  # noqa: S108  (kept from run to run, root's own)
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_CERTIFICATES: Final = "/etc/ssl/certs/ca-certificates.crt"
_NEEDED: Final = ("debootstrap", "unshare", "nsenter", "setpriv")
#: Makes the root of a machine in $1, of the layers in $2, in namespaces of its own.
_MOUNTS: Final = """
set -e
root=$1; base=$2; layer=$3
mount -t overlay overlay -o "lowerdir=$base,upperdir=$layer/upper,workdir=$layer/work" "$root"
mount -t proc proc "$root/proc"; mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"; mkdir "$root/dev/pts" "$root/dev/shm"
for name in null zero full random urandom tty; do
  : > "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"; ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"; mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
"""
#: Before its namespaces: a control group of its own, or systemd of one machine would end what is on another.
_GROUP: Final = """
name=$(basename "$1"); shift
for kind in unified systemd .; do
  group=/sys/fs/cgroup/$kind
  if [ -e $group/cgroup.procs ]; then mkdir -p $group/$name; echo $$ > $group/$name/cgroup.procs; fi
done
exec "$@"
"""
#: systemd needs a control group of its own, and to be at the root: in a chroot no user namespace can be made.
_BOOT: Final = """
mount -t tmpfs -o mode=755 tmpfs "$root/sys/fs/cgroup"
if grep -q ' cgroup ' /proc/self/mounts; then
  mkdir "$root/sys/fs/cgroup/unified" "$root/sys/fs/cgroup/systemd"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/unified"
  mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
else
  umount "$root/sys/fs/cgroup"; mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
cd "$root"; mkdir -p .host; pivot_root . .host; umount -l /.host
# As at the start of a real machine: systemd mounts credentials elsewhere, and they have to arrive.
mount --make-rshared /
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
"""


class Machine:
    """A machine that is made by its first command, and thrown away by `remove`."""

    def __init__(self) -> None:
        # Not below another overlay, as /tmp of a container may be.
        self._folder = Path(tempfile.mkdtemp(prefix="stalkcheck-machine-", dir="/var/tmp"))
        self._folder.chmod(0o755)
        for name in ("upper", "work", "root"):
            (self._folder / name).mkdir()
        _carry_in(self.files)
        self._booted: subprocess.Popen[bytes] | None = None
        #: The process of its systemd, as this machine numbers it.
        self.init = ""

    @property
    def files(self) -> Path:
        """The files that differ from the bare system; to be written while nothing runs on it."""
        return self._folder / "upper"

    def run(self, command: str, *, user: Sequence[str] = (), read_only: bool = False) -> str:
        """Run a command of a shell as root, or by `user`, a call of setpriv; with this machine's network."""
        lock = (
            'mount -o remount,ro,bind "$root" 2>/dev/null || mount -o remount,ro "$root"\n'
            if read_only
            else ""
        )
        rest = f'{lock}shift 3; exec chroot "$root" "$@"\n'
        enter = [*self._namespaces("bash", "-c", _MOUNTS + rest), *self._places(), *user]
        return _typed(enter, command, seconds=900)

    @contextmanager
    def booted(self) -> Iterator[None]:
        """Boot it by its systemd, with a network of its own: its ports are not those of this machine."""
        self._booted = subprocess.Popen(  # noqa: S603
            [
                *("bash", "-ec", _GROUP, "-", str(self._folder)),
                *self._namespaces("--net", "bash", "-c", _MOUNTS + _BOOT),
                *self._places(),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 60
            while not self.init:
                assert time.monotonic() < deadline
                assert self._booted.poll() is None
                children = Path(f"/proc/{self._booted.pid}/task/{self._booted.pid}/children").read_text()
                names = {pid: Path(f"/proc/{pid}/comm").read_text().strip() for pid in children.split()}
                self.init = next((pid for pid, name in names.items() if name == "systemd"), "")
                time.sleep(0.1)
            time.sleep(2)  # until its bus answers
            # Booted, also when a service did not start: "degraded".
            self.on("systemctl is-system-running --wait | grep -E 'running|degraded'")
            yield
        finally:
            self._booted.kill()
            self._booted.wait()
            self.init = ""

    def on(self, command: str) -> str:
        """Run a command of a shell as root on the booted machine."""
        enter = ["nsenter", "--target", self.init, "--all", "--root", "--wdns=/"]
        return _typed(enter, command, seconds=300)

    def copy_project(
        self, target: str, wanted: str = ".", is_ignored: Callable[[str], bool] = lambda _path: False
    ) -> None:
        """Copy what git has of the project, changed files as they are, to a folder of the machine."""
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", wanted]
        found = subprocess.run(  # noqa: S603
            listed, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
        )
        for name in filter(None, found.stdout.split("\0")):
            source, copy = Path(settings.BASE_DIR, name), self.files / target.lstrip("/") / name
            if source.is_file() and not is_ignored(name):
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, copy)

    def remove(self) -> None:
        for kind in ("unified", "systemd", "."):
            group = Path("/sys/fs/cgroup", kind, self._folder.name)
            for folder, _folders, _files in os.walk(group, topdown=False):
                _remove_when_empty(Path(folder))
        shutil.rmtree(self._folder)

    def _namespaces(self, *arguments: str) -> list[str]:
        kinds = ("--mount", "--pid", "--ipc", "--uts", "--cgroup")
        return ["unshare", *kinds, "--fork", "--kill-child", "--propagation", "private", *arguments]

    def _places(self) -> list[str]:
        return ["-", str(self._folder / "root"), str(_BASE), str(self._folder)]


def _remove_when_empty(group: Path) -> None:
    """Remove a control group, as soon as what was killed in it has ended."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return group.rmdir()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@contextmanager
def machine() -> Iterator[Machine]:
    """Yield a bare machine, or skip the test where none can be made."""
    missing = [name for name in _NEEDED if not shutil.which(name, path=_PATH)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"Needs root, and: {' '.join(missing) or 'nothing else'}")
    _make_base()
    made = Machine()
    try:
        yield made
    finally:
        made.remove()


def _typed(enter: list[str], command: str, seconds: int) -> str:
    """Type a command on a machine that these words enter, and return what it said. It must succeed."""
    done = subprocess.run(  # noqa: S603
        [*enter, "bash", "-ec", command],
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}"
    return done.stdout


def _make_base() -> None:
    if _BASE.exists():
        return
    unfinished = Path(tempfile.mkdtemp(prefix="stalkcheck-bare-", dir=_BASE.parent))
    unfinished.chmod(0o755)
    include = "--include=ca-certificates"
    command = ["debootstrap", "--variant=minbase", include, SUITE, str(unfinished), _mirror()]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    # Of what went wrong the registry is nobody's business.
    assert made.returncode == 0, re.sub(r"[a-z]+://\S+", "REGISTRY", made.stdout[-2000:])
    unfinished.rename(_BASE)


def _mirror() -> str:
    for path in _apt_sources():
        if found := re.search(r"^(?:URIs:|deb(?: \[.*\])?)\s*(\S+://\S+)", path.read_text(), re.MULTILINE):
            return found[1]
    raise AssertionError("apt has no source to make a bare Debian from")


def _apt_sources() -> list[Path]:
    paths = (Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*"))
    return [path for path in paths if path.is_file() and "debian" in path.read_text()]


def _carry_in(root: Path) -> None:
    """Let a machine reach the registries as this one does: addresses, names and certificates."""
    options = [path for path in Path("/etc/apt/apt.conf.d").glob("*") if "Acquire" in path.read_text()]
    others = [Path(name) for name in ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", _CERTIFICATES)]
    certificates = list(Path("/usr/local/share/ca-certificates").glob("*"))
    (root / "etc/apt").mkdir(parents=True)
    (root / "etc/apt/sources.list").touch()
    for path in [*_apt_sources(), *options, *others, *certificates]:
        if path.is_file():
            copy = root / str(path).lstrip("/")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)


def _environment() -> Mapping[str, str]:
    trusted = dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"), _CERTIFICATES)
    return {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **trusted}
