#!/usr/bin/env bash
# The browser tests need a Chromium. Install Debian's where that is possible; otherwise say in one line what to do.
set -euo pipefail

for name in "${PLUMBLINE_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" >/dev/null; then
        exit 0
    fi
done

hint="The browser tests need Chromium: install it (Debian: apt-get install chromium) or name one in PLUMBLINE_CHROMIUM."
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "$hint"
    exit 1
fi

echo "Installing Debian's chromium for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
log="$(mktemp)"
if apt-get update >"$log" 2>&1 && apt-get install --yes --no-install-recommends chromium >>"$log" 2>&1; then
    rm -f "$log"
else
    tail -n 5 "$log"
    rm -f "$log"
    echo "$hint"
    exit 1
fi
