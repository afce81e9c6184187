#!/bin/sh
# Installs a built libdealer into an empty prefix and builds and runs a small host against it: by pkg-config shared and static,
# and by find_package shared and static. Nothing of the source tree but the host itself is used.
# Usage: run.sh CMAKE BUILD_FOLDER CC WORK_FOLDER GENERATOR MAKE_PROGRAM
set -eu
cmake=$1 build=$2 cc=$3 work=$4 generator=$5 make=$6
here=$(cd "$(dirname "$0")" && pwd)
prefix=$work/prefix

rm -rf "$work"
mkdir -p "$work"
"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log"

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name libdealer.pc)")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir libdealer)
rules=$(pkg-config --variable=rulesdir libdealer)
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH

# shellcheck disable=SC2046 # the flags are words
"$cc" -std=c99 "$here/host/consumer.c" $(pkg-config --cflags --libs libdealer) -o "$work/by_pkg_config"
(cd "$work" && ./by_pkg_config)

# The first program of the README, as its reader would build it.
if [ -f "$here/../../examples/c/first_program.c" ]; then
    # shellcheck disable=SC2046
    "$cc" -std=c99 "$here/../../examples/c/first_program.c" $(pkg-config --cflags --libs libdealer) -o "$work/first_program"
    (cd "$work" && ./first_program)
fi

# shellcheck disable=SC2046
"$cc" -std=c99 "$here/host/consumer.c" $(pkg-config --cflags --static libdealer) "$libdir/libdealer.a" \
    $(pkg-config --static --libs libdealer | sed 's/-ldealer//') -o "$work/by_pkg_config_static"
(cd "$work" && LD_LIBRARY_PATH='' ./by_pkg_config_static)

"$cmake" -S "$here/host" -B "$work/by_cmake" -G "$generator" -DCMAKE_MAKE_PROGRAM="$make" -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER="$cc" >"$work/cmake.log"
"$cmake" --build "$work/by_cmake" >>"$work/cmake.log"
(cd "$work" && by_cmake/consumer && by_cmake/consumer_static)

# The installed command finds its library by itself and works on a store.
if [ -x "$prefix/bin/dealer" ]; then
    (
        LD_LIBRARY_PATH=''
        DEALER_STORE=$work/command.db
        export DEALER_STORE
        "$prefix/bin/dealer" --version
        "$prefix/bin/dealer" init --starter --json >"$work/command.log"
        "$prefix/bin/dealer" check >>"$work/command.log"
        [ ! -d "$rules" ] || "$prefix/bin/dealer" rules test "$rules" >>"$work/command.log"
        worked=$(dirname "$(find "$prefix" -path '*examples/rules/policy')")
        "$prefix/bin/dealer" rules test "$worked" >>"$work/command.log"
        "$prefix/bin/dealer" verify >>"$work/command.log"
    ) || { cat "$work/command.log" && exit 1; }
    [ -n "$(find "$prefix" -name dealer.1)" ] || { echo "the manual page is not installed" && exit 1; }
fi
[ ! -d "$here/../../rules" ] || [ -d "$rules" ] || { echo "the rules are not in $rules" && exit 1; }
echo "install: 4 hosts built and run"
