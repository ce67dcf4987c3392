#!/bin/sh
# Installs what the sandbox and the tests need on Debian or Ubuntu: a virtual environment in .venv with
# requirements-dev.txt, MariaDB's programs, and what the pages take from npm; with `browser` also Chromium, with
# `checkov` also what checks infra/, in .venv/checkov.
# No service is started. Quick when nothing is missing.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin"

say() { printf '%s\n' "install: $*" >&2; }
fail() { say "$*"; exit 1; }

apt_install() {
    say "installing $* with apt-get"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "as root, run: apt-get install $*"
        as_root="sudo"
    fi
    log=$(mktemp)
    if ! { $as_root apt-get update -q &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"; } >"$log" 2>&1
    then
        tail -n 15 "$log" >&2
        fail "apt-get could not install $*"
    fi
    rm -f "$log"
}

stamp=.venv/installed
if [ ! -f "$stamp" ] || ! cat requirements.txt requirements-dev.txt | cmp -s - "$stamp"; then
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        fail "Python 3.11 or newer is needed as python3"
    if ! python3 -c 'import ensurepip' 2>/dev/null; then
        apt_install python3-venv
    fi
    say "installing the Python packages into .venv (once, about a minute)"
    [ -x .venv/bin/pip ] || python3 -m venv --clear .venv
    .venv/bin/pip install -qq --disable-pip-version-check -r requirements-dev.txt ||
        fail "pip could not install requirements-dev.txt"
    cat requirements.txt requirements-dev.txt >"$stamp"
fi

if ! command -v mariadbd >/dev/null || ! command -v mariadb-install-db >/dev/null ||
    ! command -v mariadb-dump >/dev/null || ! command -v mariadb-binlog >/dev/null
then
    apt_install mariadb-server-core mariadb-client
fi

sh sandbox/vendor.sh

# The tests drive Chrome where it is there (tests/browser/chromium.py looks for the same names).
if [ "${1:-}" = browser ] && [ -z "${CHROMIUM:-}" ] &&
    ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null &&
    ! command -v google-chrome >/dev/null
then
    if grep -q '^ID=ubuntu$' /etc/os-release; then
        fail "the tests need Chromium, and Ubuntu's own is a snap, which reads no files of ours: install Google" \
            "Chrome (google-chrome), or set CHROMIUM=/path/to/chromium"
    fi
    apt_install chromium-headless-shell
fi

if [ "${1:-}" = checkov ] && ! cmp -s infra/requirements.txt .venv/checkov/installed; then
    say "installing checkov into .venv/checkov (once, under a minute)"
    [ -x .venv/checkov/bin/pip ] || python3 -m venv --clear .venv/checkov
    .venv/checkov/bin/pip install -qq --disable-pip-version-check -r infra/requirements.txt ||
        fail "pip could not install infra/requirements.txt"
    cp infra/requirements.txt .venv/checkov/installed
fi
