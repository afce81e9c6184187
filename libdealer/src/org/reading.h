/* Reading JSON members with findings instead of failures: each reader reports what is wrong at its place and answers
 * with a neutral value, so that one pass finds everything. Knows JSON kinds, codes and names; not the organisation. */
#ifndef ORG_READING_H
#define ORG_READING_H

#include "org/findings.h"

enum { CODE_LIMIT = 64, NAME_LIMIT = 200, LIST_LIMIT = 1000000 };

/* Is the entry an object, and is every member of it one of `allowed` (NULL-ended)? */
bool org_read_object(struct findings *findings, const json_value *value, const struct place *place, const char *const *allowed);
/* Members: NULL (or false) when absent, null or wrong; a finding when wrong, or absent though required. */
const char *org_read_text(
    struct findings *findings, const json_value *object, const struct place *place, const char *member, bool required);
const json_value *org_read_array(
    struct findings *findings, const json_value *object, const struct place *place, const char *member, bool required);
bool org_read_boolean(struct findings *findings, const json_value *object, const struct place *place, const char *member);
const char *org_read_code(struct findings *findings, const json_value *object, const struct place *place);
const char *org_read_name(struct findings *findings, const json_value *object, const struct place *place);
/* A text element of an array; NULL with a finding when it is none. */
const char *org_read_element(struct findings *findings, const json_value *element, const struct place *place);
/* Index of a text among choices (NULL-ended), -1 with a finding when it is none of them. */
int org_read_choice(struct findings *findings, const char *text, const struct place *place, const char *const *choices);
/* A date (midnight UTC) or an instant. */
bool org_read_instant(struct findings *findings, const char *text, const struct place *place, int64_t *out_ms);

/* The value is of another kind than expected. */
void org_report_kind(struct findings *findings, const struct place *place, enum json_kind expected, const json_value *found);

bool code_is_valid(const char *code, size_t length);
/* The code with letters small and full-width forms narrow: codes with equal folds are too like each other. */
void code_fold(const char *code, char out[CODE_LIMIT + 1]);

#endif
