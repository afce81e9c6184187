#!/bin/sh
# Compiles each public header alone, as C99, C11 and C17 and as C++11, C++17 and C++20, with every warning an error.
# Usage: headers.sh CC CXX INCLUDE_FOLDER
set -eu
cc=$1 cxx=$2 include=$3
count=0 wrong=0
for header in $(cd "$include" && find . -name '*.h' | sed 's|^\./||' | sort); do
    for language in c99 c11 c17 c++11 c++17 c++20; do
        case $language in
        c++*) set -- "$cxx" -x c++ ;;
        *) set -- "$cc" -x c -Wstrict-prototypes -Wmissing-prototypes ;;
        esac
        count=$((count + 1))
        # twice: the guard has to hold; the typedef, since a header of macros alone leaves nothing to compile
        printf '#include "%s"\n#include "%s"\ntypedef int something;\n' "$header" "$header" |
            "$@" -std=$language -pedantic -Wall -Wextra -Wundef -Werror -fsyntax-only -I "$include" - || {
            echo "$header does not compile alone as $language"
            wrong=$((wrong + 1))
        }
    done
done
echo "headers: $count checked, $wrong found"
[ "$count" -gt 0 ] && [ "$wrong" -eq 0 ]
