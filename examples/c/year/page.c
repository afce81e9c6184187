/* The year on a page: which questions and which words is in page.json, here is how they are printed. */
#include "year/player.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
    const struct player *player;
    dealer_session *asker;
    const char *language;
    size_t word; /* which element of ["name", "zh", "en", kind] */
};

static const char *text_of(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

/* 12,345,678 */
static void print_grouped(int64_t number) {
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, number < 0 ? -number : number);
    if (number < 0) putchar('-');
    for (size_t length = strlen(digits), i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0) putchar(',');
        putchar(digits[i]);
    }
}

/* Money in whole units, rounded half away from nothing; milliseconds in hours. */
static void print_shown(int64_t value, const char *kind) {
    int64_t whole = ((value < 0 ? -value : value) + 50) / 100;
    if (kind && strcmp(kind, "money") == 0) {
        print_grouped(value < 0 ? -whole : whole);
    } else if (kind && strcmp(kind, "hours") == 0) {
        print_grouped(value / 3600000);
        fputs(" h", stdout);
    } else {
        print_grouped(value);
    }
}

static void print_key(const json_t *row, const char *key) {
    char name[64];
    snprintf(name, sizeof name, "%s_name", key);
    const json_t *value = json_object_get(row, name) ? json_object_get(row, name) : json_object_get(row, key);
    if (json_is_integer(value))
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else
        fputs(json_is_string(value) ? json_string_value(value) : "—", stdout);
}

static void print_row(const struct page *page, const json_t *row, const json_t *keys, const json_t *sums) {
    size_t index;
    json_t *key, *sum;
    bool first = true;
    fputs("  ", stdout);
    json_array_foreach(keys, index, key) {
        if (strcmp(json_string_value(key), "currency") == 0) continue;
        if (!first) fputs(" / ", stdout);
        print_key(row, json_string_value(key));
        first = false;
    }
    json_array_foreach(sums, index, sum) {
        printf("%s%s ", index ? ", " : ": ", json_string_value(json_array_get(sum, page->word)));
        int64_t value = json_integer_value(json_object_get(row, json_string_value(json_array_get(sum, 0))));
        print_shown(value, json_string_value(json_array_get(sum, 3)));
    }
    putchar('\n');
}

static void print_rows(const struct page *page, const json_t *rows, const json_t *keys, const json_t *sums) {
    size_t index;
    json_t *row;
    json_array_foreach(rows, index, row) print_row(page, row, keys, sums);
}

static void print_counts(const struct page *page, const json_t *types) {
    size_t index;
    json_t *type;
    json_array_foreach(types, index, type) {
        char query[128];
        int64_t count = 0;
        snprintf(query, sizeof query, "{\"type\":\"%s\"}", json_string_value(json_array_get(type, 0)));
        must(page->player, dealer_list_count(page->asker, &count, NULL, query, strlen(query), DEALER_COUNT_EXACT),
            dealer_session_error(page->asker), query);
        printf("  %s: ", json_string_value(json_array_get(type, page->word)));
        print_grouped(count);
        putchar('\n');
    }
}

static void print_overdue(const struct page *page, const char *day) {
    dealer_text *text = NULL;
    must(page->player, dealer_claims_overdue(page->asker, &text, day), dealer_session_error(page->asker), day);
    json_t *answer = player_json(text), *keys = json_pack("[s]", "tier");
    json_t *sums = json_pack("[[sss],[ssss]]", "count", "份", "plans", "overdue", "逾期", "overdue", "money");
    print_rows(page, json_object_get(answer, "tiers"), keys, sums);
    json_decref(answer);
    json_decref(keys);
    json_decref(sums);
}

static void print_report(const struct page *page, const json_t *section) {
    dealer_text *text = NULL;
    char *arguments = json_dumps(json_object_get(section, "arguments"), JSON_COMPACT);
    must(page->player, dealer_report(page->asker, &text, text_of(section, "report"), arguments, strlen(arguments)),
        dealer_session_error(page->asker), text_of(section, "report"));
    json_t *answer = player_json(text);
    print_rows(page, json_object_get(answer, "rows"), json_object_get(answer, "by"), json_object_get(section, "sums"));
    json_decref(answer);
    free(arguments);
}

void page_print(const struct player *player, dealer_session *asker, const char *path, dealer_language language) {
    struct page page = {player, asker, language == DEALER_LANGUAGE_ZH ? "zh" : "en", language == DEALER_LANGUAGE_ZH ? 1 : 2};
    json_t *root = json_load_file(path, 0, NULL), *section;
    size_t index;
    if (!root) must(player, DEALER_E_IO, NULL, path);
    printf("%s\n", text_of(root, page.language));
    json_array_foreach(json_object_get(root, "sections"), index, section) {
        printf("\n%s\n", text_of(section, page.language));
        if (json_object_get(section, "count"))
            print_counts(&page, json_object_get(section, "count"));
        else if (json_object_get(section, "overdue"))
            print_overdue(&page, text_of(section, "overdue"));
        else
            print_report(&page, section);
    }
    json_decref(root);
}
