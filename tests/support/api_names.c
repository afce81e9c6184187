#include "support/api_names.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEADER_MAX = 200000 };

static bool says(const char *start, const char *end, const char *word) {
    const char *found = word ? strstr(start, word) : start;
    return found && found < end;
}

/* Of a header's text: the name before the first parenthesis after each DEALER_API. */
static int check_header(const char *text, const char *word, bool (*knows)(const char *name, size_t length)) {
    static const char mark[] = "DEALER_API ", letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    int missing = 0;
    for (const char *at = strstr(text, mark); at; at = strstr(at + 1, mark)) {
        const char *end = strchr(at, '('), *line = strchr(at, ';');
        if (!end || !line || line < end) continue;
        const char *start = end;
        while (start > at && strchr(letters, start[-1])) start--;
        size_t length = (size_t)(end - start);
        if (strncmp(start, "dealer_", 7) != 0 || !says(end, line, word) || knows(start, length)) continue;
        print_error("%.*s is exported and has no row here\n", (int)length, start);
        missing++;
    }
    return missing;
}

int api_names_missing(const char *word, bool (*knows)(const char *name, size_t length)) {
    char folder[512], path[800];
    int missing = 0, headers = 0;
    struct dirent *entry;
    snprintf(folder, sizeof folder, "%s/libdealer/include/dealer", DEALER_SOURCE_DIR);
    DIR *open = opendir(folder);
    assert_non_null(open);
    while ((entry = readdir(open)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        char *text = calloc(1, HEADER_MAX);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        assert_true(fread(text, 1, HEADER_MAX - 1, file) > 0);
        fclose(file);
        missing += check_header(text, word, knows);
        headers++;
        free(text);
    }
    closedir(open);
    assert_true(headers > 10);
    return missing;
}
