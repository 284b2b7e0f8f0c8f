#!/bin/sh
# Makes the virtual environment that every target of the Makefile works in, or brings it up to date.
#
#   scripts/setup.sh [VENV]        default: .venv
#
# PYTHON chooses the interpreter; without it the first suitable one on PATH is taken. A run that finds
# nothing changed since the last one (lock, pyproject.toml, interpreter) says nothing and does nothing.
# Exit code: 0 done, 5 something is missing on this machine.
set -eu

cd "$(dirname "$0")/.."
venv=${1:-.venv}
lock=requirements.lock
stamp=$venv/accord-setup.stamp

say() { printf 'setup: %s\n' "$1"; }
fail() {
    printf 'setup: %s\n' "$1" >&2
    exit 5
}

runs() { "$1" -c '' >/dev/null 2>&1; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
# Debian and Ubuntu ship Python without `ensurepip`, so that `python -m venv` fails half-way.
can_make_venvs() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])'; }

# What the environment was made from: the stamp of an environment that needs nothing is equal to this.
fingerprint() {
    cksum "$lock" pyproject.toml
    "$venv/bin/python" -c 'import sys; print(sys.version)'
}

choose_python() {
    found=
    without_venv=
    if [ -n "${PYTHON:-}" ]; then
        runs "$PYTHON" || fail "PYTHON=$PYTHON does not run: give the name or path of a Python 3.11 or newer."
        candidates=$PYTHON
    else
        candidates='python3 python3.13 python3.12 python3.11 python3.14 python'
    fi
    for candidate in $candidates; do
        is_new_enough "$candidate" || continue
        if can_make_venvs "$candidate"; then
            found=$candidate
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    if [ -n "$without_venv" ]; then
        fail "$without_venv has no venv module: install it (Debian, Ubuntu: apt-get install python3-venv) and run this again."
    fi
    for candidate in $candidates; do
        if runs "$candidate"; then
            fail "$candidate is Python $(version_of "$candidate"), Accord needs 3.11 or newer: install one, or name it with PYTHON=..."
        fi
    done
    fail 'no Python found: install Python 3.11 or newer, or name one with PYTHON=...'
}

has_wanted_python() {
    is_new_enough "$venv/bin/python" || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of "$venv/bin/python")" ]
}

# What pip says is kept in a file and shown only when it failed: on a healthy run it is noise.
install() {
    "$venv/bin/python" -m pip --disable-pip-version-check --no-input install --progress-bar off "$@" \
        >"$venv/accord-setup.log" 2>&1 || {
        tail -n 20 "$venv/accord-setup.log" >&2
        return 1
    }
}

if [ -n "${PYTHON:-}" ]; then choose_python; fi
if has_wanted_python && [ -f "$stamp" ] && [ "$(fingerprint)" = "$(cat "$stamp")" ]; then
    exit 0
fi

if ! has_wanted_python; then
    choose_python
    say "making $venv with $found ($(version_of "$found"))"
    "$found" -m venv --clear "$venv" || fail "$found could not make $venv: see the message above."
fi
rm -f "$stamp"
say "installing $(grep -c '^[a-z0-9].*==' "$lock") pinned packages from $lock (the first time takes a minute or two)"
install --require-hashes -r "$lock" || fail "the packages of $lock could not be installed: pip's last words stand above."
install --no-deps --no-build-isolation --editable . || fail "this project could not be installed: pip's last words stand above."
fingerprint >"$stamp"
say "ready: $venv"
