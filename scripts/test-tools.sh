#!/bin/sh
# What the tests need besides Python: a real browser, real podcast clients, and a verifier of credentials; some are of npm.
# Installs what is missing where it may; where it may not, those tests are skipped, except in CI, where they fail.
set -u

install_missing() {
    missing="" browser=""
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && browser="$name"
    done
    [ -n "$browser" ] || missing=" chromium"
    command -v gpo >/dev/null 2>&1 || missing="$missing gpodder"
    command -v node >/dev/null 2>&1 || missing="$missing nodejs"
    command -v npm >/dev/null 2>&1 || missing="$missing npm"
    [ -n "$missing" ] || return

    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Not installed, and no apt-get to install it:$missing" >&2
        return
    fi
    as_root=""
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
            as_root="sudo -n"
        else
            echo "Not installed, and no rights to install it:$missing (sudo apt-get install$missing)" >&2
            return
        fi
    fi
    echo "Installing$missing" >&2
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # several words are meant
    $as_root apt-get update -qq
    # The browser without a window is the quicker one, where there is a package of it.
    if [ -z "$browser" ] && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        missing=$(echo "$missing" | sed 's/ chromium/ chromium-headless-shell/')
    fi
    # shellcheck disable=SC2086
    $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null || echo "Could not install$missing" >&2
}

install_of_npm() (
    cd "$(dirname "$0")/../tests/$1" || return
    command -v npm >/dev/null 2>&1 || return
    # npm writes this file last, and the lock file changes when another version is wanted.
    [ node_modules/.package-lock.json -nt package-lock.json ] && return
    npm ci --silent --no-audit --no-fund || echo "Could not install what tests/$1 needs" >&2
)

install_missing
install_of_npm serving/partytime
install_of_npm certificates/verifier
exit 0
