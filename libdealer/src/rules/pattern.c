/* Backtracking, on the C stack, at most 200 deep: what is matched item by item loops here, and only alternatives
 * (more or fewer repetitions, captures that may have to be undone) call pattern_match again. */
#include "rules/pattern.h"

#include <lauxlib.h>
#include <string.h>

enum { CAPTURE_OPEN = -1, CAPTURE_PLACE = -2, DEEPEST = 200, ESCAPE = '%' };

void pattern_init(struct pattern *pattern, lua_State *lua, const char *subject, size_t length, const char *end) {
    *pattern =
        (struct pattern){.lua = lua, .sandbox = sandbox_of(lua), .subject = subject, .subject_end = subject + length, .end = end};
}

/* ---- Characters: ASCII, whatever the host's locale says ---- */

static bool is_between(unsigned char c, unsigned char low, unsigned char high) {
    return c >= low && c <= high;
}

static bool is_letter(unsigned char c) {
    return is_between((unsigned char)(c | 0x20), 'a', 'z');
}

static bool is_digit(unsigned char c) {
    return is_between(c, '0', '9');
}

static bool is_hexadecimal(unsigned char c) {
    return is_digit(c) || is_between((unsigned char)(c | 0x20), 'a', 'f');
}

static bool is_punctuation(unsigned char c) {
    return is_between(c, 0x21, 0x7e) && !is_letter(c) && !is_digit(c);
}

static bool is_in_class(unsigned char c, char letter) {
    switch (letter) {
    case 'a': return is_letter(c);
    case 'c': return c < 0x20 || c == 0x7f;
    case 'd': return is_digit(c);
    case 'g': return is_between(c, 0x21, 0x7e);
    case 'l': return is_between(c, 'a', 'z');
    case 'p': return is_punctuation(c);
    case 's': return c == ' ' || is_between(c, '\t', '\r');
    case 'u': return is_between(c, 'A', 'Z');
    case 'w': return is_letter(c) || is_digit(c);
    case 'z': return c == '\0';        /* as old patterns write it; Lua takes it still */
    default: return is_hexadecimal(c); /* x */
    }
}

/* %a and the like; the capital letter is the complement; any other character stands for itself. */
static bool matches_escape(unsigned char c, char letter) {
    char small = (char)(is_letter((unsigned char)letter) ? letter | 0x20 : letter);
    if (small == '\0' || strchr("acdglpsuwxz", small) == NULL) return c == (unsigned char)letter;
    return is_in_class(c, small) == (letter == small);
}

/* The character after the item that begins at `item`: a character, %x, or [set]. */
static const char *item_end(struct pattern *pattern, const char *item) {
    const char *at = item + 1;
    if (*item == ESCAPE) {
        if (at == pattern->end) luaL_error(pattern->lua, "the pattern ends with '%%'");
        return at + 1;
    }
    if (*item != '[') return at;
    if (at < pattern->end && *at == '^') at++;
    do { /* a ']' at the very beginning stands for itself */
        if (at >= pattern->end) luaL_error(pattern->lua, "the pattern has a '[' without its ']'");
        at += *at == ESCAPE ? 2 : 1;
    } while (at >= pattern->end || *at != ']');
    return at + 1;
}

/* `last` is the closing bracket. */
static bool matches_set(struct pattern *pattern, unsigned char c, const char *at, const char *last) {
    bool wanted = true;
    at++;
    if (*at == '^') {
        wanted = false;
        at++;
    }
    sandbox_spend(pattern->sandbox, last - at);
    while (at < last) {
        if (*at == ESCAPE) {
            if (matches_escape(c, at[1])) return wanted;
            at += 2;
        } else if (at[1] == '-' && at + 2 < last) {
            if (is_between(c, (unsigned char)at[0], (unsigned char)at[2])) return wanted;
            at += 3;
        } else {
            if (c == (unsigned char)*at) return wanted;
            at++;
        }
    }
    return !wanted;
}

static bool matches_one(struct pattern *pattern, const char *at, const char *item, const char *after) {
    sandbox_spend(pattern->sandbox, 1);
    if (at >= pattern->subject_end) return false;
    unsigned char c = (unsigned char)*at;
    switch (*item) {
    case '.': return true;
    case ESCAPE: return matches_escape(c, item[1]);
    case '[': return matches_set(pattern, c, item, after - 1);
    default: return c == (unsigned char)*item;
    }
}

/* ---- Repetitions ---- */

static const char *match_most(struct pattern *pattern, const char *at, const char *item, const char *after) {
    ptrdiff_t count = 0;
    while (matches_one(pattern, at + count, item, after)) count++;
    for (; count >= 0; count--) {
        const char *end = pattern_match(pattern, at + count, after + 1);
        if (end != NULL) return end;
    }
    return NULL;
}

static const char *match_least(struct pattern *pattern, const char *at, const char *item, const char *after) {
    for (;; at++) {
        const char *end = pattern_match(pattern, at, after + 1);
        if (end != NULL) return end;
        if (!matches_one(pattern, at, item, after)) return NULL;
    }
}

/* ---- Captures ---- */

static const char *open_capture(struct pattern *pattern, const char *at, const char *item, ptrdiff_t length) {
    if (pattern->captures >= PATTERN_CAPTURES) luaL_error(pattern->lua, "the pattern has too many captures");
    pattern->capture[pattern->captures++] = (struct pattern_capture){.start = at, .length = length};
    const char *end = pattern_match(pattern, at, item);
    if (end == NULL) pattern->captures--;
    return end;
}

static const char *close_capture(struct pattern *pattern, const char *at, const char *item) {
    int index = pattern->captures - 1;
    while (index >= 0 && pattern->capture[index].length != CAPTURE_OPEN) index--;
    if (index < 0) luaL_error(pattern->lua, "the pattern has a ')' without its '('");
    pattern->capture[index].length = at - pattern->capture[index].start;
    const char *end = pattern_match(pattern, at, item);
    if (end == NULL) pattern->capture[index].length = CAPTURE_OPEN;
    return end;
}

static const char *match_again(struct pattern *pattern, const char *at, char digit) {
    int index = digit - '1';
    if (index < 0 || index >= pattern->captures || pattern->capture[index].length == CAPTURE_OPEN) {
        luaL_error(pattern->lua, "the pattern refers to capture %%%c, which is not complete", digit);
    }
    ptrdiff_t length = pattern->capture[index].length;
    if (length == CAPTURE_PLACE) return NULL; /* a place is no text */
    sandbox_spend(pattern->sandbox, length);
    if (pattern->subject_end - at < length) return NULL;
    return memcmp(pattern->capture[index].start, at, (size_t)length) == 0 ? at + length : NULL;
}

/* ---- %b and %f ---- */

static const char *match_balance(struct pattern *pattern, const char *at, const char *pair) {
    if (pair + 1 >= pattern->end) luaL_error(pattern->lua, "%%b needs two characters");
    if (at >= pattern->subject_end || *at != pair[0]) return NULL;
    int level = 1;
    for (at++; at < pattern->subject_end; at++) {
        sandbox_spend(pattern->sandbox, 1);
        if (*at == pair[1]) {
            if (--level == 0) return at + 1;
        } else if (*at == pair[0]) {
            level++;
        }
    }
    return NULL;
}

static bool is_frontier(struct pattern *pattern, const char *at, const char *set, const char *after) {
    unsigned char before = at == pattern->subject ? 0 : (unsigned char)at[-1];
    unsigned char here = at < pattern->subject_end ? (unsigned char)*at : 0;
    return !matches_set(pattern, before, set, after - 1) && matches_set(pattern, here, set, after - 1);
}

/* ---- The loop ---- */

/* %b, %f, %1 and the like advance both places and say whether the match goes on; *special_out: it was one of them. */
static bool match_special(struct pattern *pattern, const char **at, const char **item, bool *special_out) {
    const char *now = *item;
    *special_out = true;
    if (*now == ESCAPE && now + 1 < pattern->end) {
        if (now[1] == 'b') {
            *at = match_balance(pattern, *at, now + 2);
            *item = now + 4;
            return *at != NULL;
        }
        if (now[1] == 'f') {
            if (now + 2 >= pattern->end || now[2] != '[') luaL_error(pattern->lua, "%%f needs a set, as in %%f[%%a]");
            *item = item_end(pattern, now + 2);
            return is_frontier(pattern, *at, now + 2, *item);
        }
        if (is_digit((unsigned char)now[1])) {
            *at = match_again(pattern, *at, now[1]);
            *item = now + 2;
            return *at != NULL;
        }
    }
    *special_out = false;
    return true;
}

enum step { STEP_ON, STEP_DONE };

/* One plain item with what follows it. STEP_ON: both places advanced; STEP_DONE: *at is the answer. */
static enum step match_item(struct pattern *pattern, const char **at, const char **item) {
    const char *after = item_end(pattern, *item);
    char suffix = after < pattern->end ? *after : '\0';
    const char *end = NULL;
    switch (suffix) {
    case '*': *at = match_most(pattern, *at, *item, after); return STEP_DONE;
    case '+': *at = matches_one(pattern, *at, *item, after) ? match_most(pattern, *at + 1, *item, after) : NULL; return STEP_DONE;
    case '-': *at = match_least(pattern, *at, *item, after); return STEP_DONE;
    case '?':
        if (matches_one(pattern, *at, *item, after)) end = pattern_match(pattern, *at + 1, after + 1);
        if (end != NULL) {
            *at = end;
            return STEP_DONE;
        }
        *item = after + 1;
        return STEP_ON;
    default:
        if (!matches_one(pattern, *at, *item, after)) {
            *at = NULL;
            return STEP_DONE;
        }
        (*at)++;
        *item = after;
        return STEP_ON;
    }
}

static const char *match_from(struct pattern *pattern, const char *at, const char *item) {
    while (item < pattern->end) {
        sandbox_spend(pattern->sandbox, 1);
        if (*item == '(') {
            bool place = item + 1 < pattern->end && item[1] == ')';
            return open_capture(pattern, at, place ? item + 2 : item + 1, place ? CAPTURE_PLACE : CAPTURE_OPEN);
        }
        if (*item == ')') return close_capture(pattern, at, item + 1);
        if (*item == '$' && item + 1 == pattern->end) return at == pattern->subject_end ? at : NULL;
        bool special = false;
        if (!match_special(pattern, &at, &item, &special)) return NULL;
        if (!special && match_item(pattern, &at, &item) == STEP_DONE) return at;
    }
    return at;
}

const char *pattern_match(struct pattern *pattern, const char *at, const char *item) {
    if (pattern->depth >= DEEPEST) luaL_error(pattern->lua, "the pattern is too complex");
    pattern->depth++;
    const char *end = match_from(pattern, at, item);
    pattern->depth--;
    return end;
}

/* ---- Results ---- */

void pattern_push_capture(const struct pattern *pattern, int index, const char *start, const char *end) {
    if (index >= pattern->captures) {
        if (index != 0) luaL_error(pattern->lua, "there is no capture %%%d", index + 1);
        sandbox_spend(pattern->sandbox, end - start);
        lua_pushlstring(pattern->lua, start, (size_t)(end - start));
        return;
    }
    const struct pattern_capture *capture = &pattern->capture[index];
    if (capture->length == CAPTURE_OPEN) luaL_error(pattern->lua, "the pattern has a '(' without its ')'");
    if (capture->length == CAPTURE_PLACE) {
        lua_pushinteger(pattern->lua, capture->start - pattern->subject + 1);
    } else {
        sandbox_spend(pattern->sandbox, capture->length);
        lua_pushlstring(pattern->lua, capture->start, (size_t)capture->length);
    }
}

int pattern_push_captures(const struct pattern *pattern, const char *start, const char *end) {
    int count = pattern->captures == 0 && start != NULL ? 1 : pattern->captures;
    luaL_checkstack(pattern->lua, count, "captures");
    for (int i = 0; i < count; i++) pattern_push_capture(pattern, i, start, end);
    return count;
}

bool pattern_is_plain(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0' || strchr("^$*+?.([%-", text[i]) != NULL) return false;
    }
    return true;
}

const char *pattern_find_plain(struct sandbox *sandbox, const char *text, size_t length, const char *word, size_t word_length) {
    if (word_length == 0) return text;
    for (const char *end = text + length; (size_t)(end - text) >= word_length; text++) {
        size_t same = 0;
        while (same < word_length && text[same] == word[same]) same++;
        sandbox_spend(sandbox, 1 + (int64_t)same);
        if (same == word_length) return text;
    }
    return NULL;
}
