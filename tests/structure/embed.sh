#!/bin/sh
# Holds cmake/embed.c to its promises: every byte arrives, tables are in order, and a wrong file is refused with its place.
# Usage: embed.sh EMBED CC WORK_FOLDER
set -eu
embed=$1 cc=$2 work=$3
rm -rf "$work"
mkdir -p "$work/rules/flows"
cd "$work"
checked=0 wrong=0

check() { # what expected found
    checked=$((checked + 1))
    case $3 in
    *"$2"*) ;;
    *)
        wrong=$((wrong + 1))
        printf '%s: expected "%s", found "%s"\n' "$1" "$2" "$3"
        ;;
    esac
}

refused() { # what expected-words sql-text
    printf '%s' "$3" >wrong.sql
    check "$1" "$2" "$("$embed" sql s.h s.c wrong.sql -- -- -- 2>&1 && echo 'nothing wrong')"
}

refused 'no reason' 'wrong.sql:1: says not why' '-- @a:
SELECT 1;
'
refused 'no name' "wrong.sql:1: a statement's name" '-- @: why
SELECT 1;
'
refused 'same name twice' 'wrong.sql:3: a is also at wrong.sql:1' '-- @a: one
SELECT 1;
-- @a: two
SELECT 2;
'
refused 'no SQL' 'wrong.sql:1: a has no SQL' '-- @a: one
-- only a comment
'
refused 'SQL without a name' 'wrong.sql:2: SQL before the first' '-- a file
SELECT 1;
'
printf 'SELECT 1;\n' >0002_second.sql
check 'a gap in the migrations' 'expected 0001' "$("$embed" sql s.h s.c -- -- -- 0002_second.sql 2>&1 && echo 'nothing wrong')"
printf 'SELECT 1;\n' >first.sql
check 'a migration without a number' 'expected NNNN_topic.sql' "$("$embed" sql s.h s.c -- -- -- first.sql 2>&1 && echo 'nothing wrong')"

printf -- '-- a file\n\n-- @select_b: why; [not]\n\nSELECT ";[x]" -- 中文\n-- plan: a scan of few rows\n;\n\n-- @select_c: why\nSELECT 3;' >b.sql
printf -- '-- @select_a: why\nSELECT 1;\n' >a.sql
printf -- '-- @none: why\nSELECT 0;\n' >invariants.sql
printf 'CREATE TABLE a (b);\n' >0001_first.sql
printf 'return [[;]] .. "\\\\"\n' >rules/z.lua
printf '{"a": ["b"]}' >rules/flows/a.json
"$embed" sql s.h s.c b.sql a.sql -- invariants.sql -- -- 0001_first.sql
"$embed" files rules r.h r.c "$work/rules" "$work/rules/z.lua" "$work/rules/flows/a.json"
"$embed" text one t.h t.c rules/z.lua
cat >main.c <<'C'
#include "r.h"
#include "s.h"
#include "t.h"
#include <stdio.h>

int main(void) {
    printf("%d %d %d %d|", STATEMENT_SELECT_A, STATEMENT_SELECT_B, STATEMENT_SELECT_C, STATEMENT_COUNT);
    for (const struct store_statement *s = store_statements; s->name; s++) printf("%s=%s|", s->name, s->sql);
    printf("%s %zu|%d %s %zu|", store_invariants[0].name, store_invariants_count, store_migrations[0].number,
        store_migrations[0].name, store_migrations_count);
    for (size_t i = 0; i < embedded_rules_count; i++) {
        printf("%s %zu %s|", embedded_rules[i].name, embedded_rules[i].size, embedded_rules[i].text);
    }
    printf("%zu %s", dealer_embedded_one_size, dealer_embedded_one);
    return 0;
}
C
"$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -I . main.c s.c r.c t.c -o main
check 'what was embedded' '0 1 2 3|select_a=SELECT 1;|select_b=SELECT ";[x]" -- 中文
-- plan: a scan of few rows
;|select_c=SELECT 3;|none 1|1 first 1|flows/a.json 12 {"a": ["b"]}|z.lua 21 return [[;]] .. "\\"
|21 return [[;]] .. "\\"' "$(./main)"

echo "embedding: $checked checked, $wrong found"
[ "$wrong" -eq 0 ]
