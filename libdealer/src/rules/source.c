#include "rules/source.h"

#include "base/text.h"
#include "rules/messages.h"

#include <string.h>

enum { NAME_LIMIT = 200 };

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The first place of `word` as a word of its own, from `at`; NULL when there is none. */
static const char *find_word(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    for (const char *start = at; (size_t)(end - at) >= length && length > 0; at++) {
        if (memcmp(at, word, length) != 0) continue;
        bool begins = at == start || !is_word(at[-1]);
        bool ends = at + length == end || !is_word(at[length]);
        if (begins && ends) return at;
    }
    return NULL;
}

static int line_of(const struct rule_file *file, const char *place) {
    int line = 1;
    for (const char *at = file->source; at < place; at++) line += *at == '\n';
    return line;
}

int source_line_of_field(const struct rule_file *file, const char *name) {
    const char *end = file->source + file->length;
    for (const char *at = find_word(file->source, end, name); at != NULL; at = find_word(at, end, name)) {
        int line = line_of(file, at);
        at += strlen(name);
        while (at < end && (*at == ' ' || *at == '\t')) at++;
        if (at < end && *at == '=' && (at + 1 == end || at[1] != '=')) return line;
        if (at == end) break;
    }
    return 1;
}

static bool ends_with(const char *name, size_t length, const char *suffix) {
    return length > strlen(suffix) && strcmp(name + length - strlen(suffix), suffix) == 0;
}

static bool name_is_good(const char *name) {
    size_t length = name == NULL ? 0 : strlen(name);
    if (length == 0 || length > NAME_LIMIT) return false;
    return utf8_is_plain(name, length) && strpbrk(name, "\t\r\n\"") == NULL &&
           (ends_with(name, length, ".lua") || ends_with(name, length, ".csv"));
}

static dealer_status refuse(struct env *env, const struct rule_file *file, int line, const char *what) {
    return error_raise(&env->error, &E_RULE_SOURCE, "file", file->name, "line", NUMBER(line), "what", what, NULL);
}

static dealer_status check_bytes(struct env *env, const struct rule_file *file) {
    const char *end = file->source + file->length;
    int line = 1;
    for (const char *at = file->source; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((stop == NULL ? end : stop) - at);
        if (!utf8_is_valid(at, length)) return refuse(env, file, line, "a byte that is no UTF-8 text (or NUL)");
        if (!utf8_is_plain(at, length)) return refuse(env, file, line, "an invisible control character");
        at += length + 1;
    }
    return DEALER_OK;
}

dealer_status source_check(struct env *env, const struct rule_file *file, const struct rule_limits *limits) {
    if (!name_is_good(file->name)) {
        return error_raise(&env->error, &E_RULE_FILE_NAME, "file", file->name == NULL ? "" : file->name, NULL);
    }
    bool csv = ends_with(file->name, strlen(file->name), ".csv");
    size_t limit = csv ? 8 * limits->source_bytes : limits->source_bytes;
    if (file->length > limit) {
        return error_raise(&env->error, &E_RULE_TOO_LARGE, "file", file->name, "size", NUMBER((int64_t)file->length), "limit",
            NUMBER((int64_t)limit), NULL);
    }
    if (file->source == NULL) return refuse(env, file, 1, "an empty file");
    dealer_status status = check_bytes(env, file);
    if (status != DEALER_OK || csv) return status;
    /* Nothing may replace the globals of a function: Lua 5.4.4 also compiles a local _ENV wrongly. */
    const char *found = find_word(file->source, file->source + file->length, "_ENV");
    return found == NULL ? DEALER_OK : refuse(env, file, line_of(file, found), "_ENV");
}
