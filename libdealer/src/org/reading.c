/* JSON members to values, every fault a finding. Must not know what the members mean. */
#include "org/reading.h"

#include "base/text.h"
#include "base/time.h"
#include "org/messages.h"

#include <stdio.h>
#include <string.h>

enum { MS_PER_DAY = 86400000 };

static const char *kind_name(enum json_kind kind) {
    static const char *const names[] = {"nothing", "null", "boolean", "number", "number", "string", "array", "object"};
    return names[kind];
}

void org_report_kind(struct findings *findings, const struct place *place, enum json_kind expected, const json_value *found) {
    findings_add(findings, place, &E_ORG_KIND, "expected", kind_name(expected), "found", kind_name(json_kind(found)), NULL);
}

static void list_words(const char *const *words, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (; *words != NULL && used < size - 1; words++) {
        int length = snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ", ", *words);
        used += length > 0 ? (size_t)length : 0;
    }
}

static int position(const char *const *words, const char *word) {
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) return i;
    }
    return -1;
}

static void report_unknown(struct findings *findings, const struct place *place, const struct message *message, const char *word,
    const char *const *words) {
    char allowed[256];
    struct nearest nearest;
    list_words(words, allowed, sizeof allowed);
    nearest_init(&nearest, word);
    for (int i = 0; words[i] != NULL; i++) nearest_offer(&nearest, words[i]);
    findings_add_unknown(findings, place, message, word, nearest.best, allowed);
}

bool org_read_object(struct findings *findings, const json_value *value, const struct place *place, const char *const *allowed) {
    if (json_kind(value) != JSON_OBJECT) {
        org_report_kind(findings, place, JSON_OBJECT, value);
        return false;
    }
    const char *member = NULL;
    for (struct json_cursor cursor = json_each(value); json_next(&cursor, &member) != NULL;) {
        struct place here = {place, member, 0};
        if (position(allowed, member) < 0) report_unknown(findings, &here, &E_ORG_MEMBER_UNKNOWN, member, allowed);
    }
    return true;
}

/* The member when it is there and of that kind; null counts as absent. */
static const json_value *member_of_kind(struct findings *findings, const json_value *object, const struct place *place,
    const char *member, enum json_kind kind, bool required) {
    const json_value *value = json_get(object, member);
    struct place here = {place, member, 0};
    if (json_kind(value) <= JSON_NULL) {
        if (required) findings_add(findings, &here, &E_ORG_MEMBER_MISSING, "member", member, NULL);
        return NULL;
    }
    if (json_kind(value) == kind) return value;
    org_report_kind(findings, &here, kind, value);
    return NULL;
}

const char *org_read_text(
    struct findings *findings, const json_value *object, const struct place *place, const char *member, bool required) {
    return json_text(member_of_kind(findings, object, place, member, JSON_TEXT, required));
}

const json_value *org_read_array(
    struct findings *findings, const json_value *object, const struct place *place, const char *member, bool required) {
    const json_value *array = member_of_kind(findings, object, place, member, JSON_ARRAY, required);
    if (json_count(array) <= LIST_LIMIT) return array;
    struct place here = {place, member, 0};
    findings_add(findings, &here, &E_ORG_TOO_MANY, "count", NUMBER((int64_t)json_count(array)), "limit", NUMBER(LIST_LIMIT), NULL);
    return NULL;
}

bool org_read_boolean(struct findings *findings, const json_value *object, const struct place *place, const char *member) {
    return json_is_true(member_of_kind(findings, object, place, member, JSON_BOOLEAN, false));
}

const char *org_read_code(struct findings *findings, const json_value *object, const struct place *place) {
    const char *code = org_read_text(findings, object, place, "code", true);
    struct place here = {place, "code", 0};
    if (code == NULL || code_is_valid(code, strlen(code))) return code;
    findings_add(findings, &here, &E_ORG_CODE_INVALID, "code", code, NULL);
    return NULL;
}

/* Length in bytes of the blank (also zero-width) character at p, 0 when there is none; p is valid UTF-8. */
static size_t blank_at(const char *p) {
    static const char *const wide[] = {"\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
        "\xE2\x81\xA0", "\xE3\x80\x80", "\xEF\xBB\xBF", NULL};
    if ((unsigned char)*p > ' ' && (unsigned char)*p < 0x80) return 0; /* nearly all of them */
    if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') return 1;
    if (strncmp(p, "\xE2\x80", 2) == 0 && (unsigned char)p[2] >= 0x80 && (unsigned char)p[2] <= 0x8D)
        return 3; /* U+2000 .. U+200D */
    for (int i = 0; wide[i] != NULL; i++) {
        if (strncmp(p, wide[i], strlen(wide[i])) == 0) return strlen(wide[i]);
    }
    return 0;
}

const char *org_read_name(struct findings *findings, const json_value *object, const struct place *place) {
    const char *name = org_read_text(findings, object, place, "name", true);
    struct place here = {place, "name", 0};
    if (name == NULL) return NULL;
    size_t length = strlen(name), blank = 0;
    for (size_t step; (step = blank_at(name + blank)) > 0;) blank += step;
    if (length <= NAME_LIMIT && blank < length && utf8_is_plain(name, length)) return name;
    findings_add(findings, &here, &E_ORG_NAME_INVALID, NULL);
    return NULL;
}

const char *org_read_element(struct findings *findings, const json_value *element, const struct place *place) {
    if (json_kind(element) != JSON_TEXT) org_report_kind(findings, place, JSON_TEXT, element);
    return json_text(element);
}

int org_read_choice(struct findings *findings, const char *text, const struct place *place, const char *const *choices) {
    int index = position(choices, text);
    if (index < 0) report_unknown(findings, place, &E_ORG_CHOICE, text, choices);
    return index;
}

bool org_read_instant(struct findings *findings, const char *text, const struct place *place, int64_t *out_ms) {
    int32_t days;
    if (date_parse(text, strlen(text), &days)) {
        *out_ms = (int64_t)days * MS_PER_DAY;
        return true;
    }
    if (instant_parse(text, strlen(text), out_ms)) return true;
    findings_add(findings, place, &E_ORG_INSTANT, "value", text, NULL);
    return false;
}

bool code_is_valid(const char *code, size_t length) {
    if (length == 0 || length > CODE_LIMIT || !utf8_is_plain(code, length)) return false;
    for (const char *p = code; *p != '\0'; p++) {
        if (blank_at(p) > 0) return false;
    }
    return true;
}

/* U+FF01 .. U+FF5E are the full-width forms of '!' .. '~'. */
static char narrow_form(const char *p) {
    unsigned char second = (unsigned char)p[1], third = second != 0 ? (unsigned char)p[2] : 0;
    if ((unsigned char)p[0] != 0xEF || third == 0) return '\0';
    unsigned point = 0xF000U | ((second & 0x3FU) << 6) | (third & 0x3FU);
    return point >= 0xFF01 && point <= 0xFF5E ? (char)(point - 0xFEE0) : '\0';
}

void code_fold(const char *code, char out[CODE_LIMIT + 1]) {
    size_t used = 0;
    while (*code != '\0' && used < CODE_LIMIT) {
        char c = narrow_form(code);
        code += c != '\0' ? 3 : 1;
        if (c == '\0') c = code[-1];
        out[used++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[used] = '\0';
}
