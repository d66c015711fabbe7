# shellcheck shell=bash
# Sourced by bin/serve, bin/test and bin/lock: the virtual environment and the system's libraries.
# Needs bash and Python, no git and no other tool. As root on Debian what is missing is installed.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
python=.venv/bin/python
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

warn() { printf '%s\n' "$*" >&2; }
die() { warn "$@"; exit 1; }
# In the language of whoever runs this, as the program does (stalkcheck/language.py).
say() { # ENGLISH DUTCH
  case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in [nN][lL]*) printf '%s\n' "$2" ;; *) printf '%s\n' "$1" ;; esac
}

# Shows what a command printed only when it failed.
quietly() {
  "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; return 1; }
}

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  can_apt || return 1
  say "Installing with apt-get: $*" "Installeren met apt-get: $*"
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e $policy ]; then policy=; else
    # Debian starts a server that is installed; none of these is to serve anything here.
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  fi
  quietly apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -qq --no-install-recommends "$@" || status=$?
  [ -z "$policy" ] || rm -f "$policy"
  return $status
}

# A venv left by another Python has its packages where this one does not look.
venv_works() {
  "$python" -Ic 'import os, sys
v = sys.version_info
sys.exit(not os.path.isdir(f"{sys.prefix}/lib/python{v.major}.{v.minor}/site-packages"))' 2>/dev/null
}

make_venv() {
  command -v python3 >/dev/null || apt_install python3 python3-venv ||
    die "$(say "Python is missing. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)." \
      "Python ontbreekt. Installeer Python 3.11 of nieuwer (Debian: apt-get install python3 python3-venv).")"
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "$(say "This needs Python 3.11 or newer; python3 is $(python3 -V)." \
      "Nodig is Python 3.11 of nieuwer; python3 is $(python3 -V).")"
  python3 -m venv --clear --without-pip .venv
}

# Debian keeps ensurepip in python3-venv and pip in python3-pip: either will do.
find_pip() {
  if "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null 2>&1; then
    pip=("$python" -m pip)
  elif python3 -m pip --version >/dev/null 2>&1; then
    pip=(python3 -m pip --python "$python")
  elif apt_install python3-venv && quietly "$python" -m ensurepip; then
    pip=("$python" -m pip)
  else
    die "$(say "pip is missing. Install it (Debian: apt-get install python3-venv)." \
      "pip ontbreekt. Installeer het (Debian: apt-get install python3-venv).")"
  fi
}

# A copy of requirements/NAME.txt in the venv marks that it was installed.
requirements_are_installed() {
  venv_works && cmp -s "requirements/$1.txt" ".venv/installed-$1.txt"
}

install_requirements() {
  requirements_are_installed "$1" && return
  venv_works || make_venv
  say "Installing the Python packages of requirements/$1.txt (the first time this takes a minute)" \
    "Python-pakketten van requirements/$1.txt installeren (de eerste keer duurt dit een minuut)"
  find_pip
  "${pip[@]}" install --quiet --no-input --disable-pip-version-check --root-user-action=ignore \
    --require-hashes --requirement "requirements/$1.txt"
  cp "requirements/$1.txt" ".venv/installed-$1.txt"
}

# shellcheck disable=SC2034  # read by the scripts that source this
pango_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)

# Fonts for words in other scripts on paper: questionnaire/documents/renderers/other_scripts.py.
# shellcheck disable=SC2034
font_packages=(fonts-noto-core fonts-droid-fallback)

has_fonts() {
  [ -e /usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf ] &&
    [ -e /usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf ]
}

has_pango() {
  "$python" -Ic 'import sys
from ctypes.util import find_library
sys.exit(not all(map(find_library, ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"))))'
}
