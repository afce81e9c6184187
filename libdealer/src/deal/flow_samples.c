#include "deal/flow_samples.h"
#include <string.h>

static int order(const struct value *a, const struct value *b) {
    if (a->kind != VALUE_TEXT || b->kind != VALUE_TEXT) return (a->integer > b->integer) - (a->integer < b->integer);
    int found = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    return found ? found : (a->length > b->length) - (a->length < b->length);
}

static bool is_given(const struct catalogue_field *field) {
    return field->index == COMMON_COMPANY || field->index == COMMON_DEPARTMENT || field->index == COMMON_OWNER;
}

static struct sampled_field *sampled(struct samples *samples, const struct catalogue_field *field) {
    for (int i = 0; i < samples->field_count; i++)
        if (samples->fields[i].field == field) return &samples->fields[i];
    if (samples->field_count == SAMPLE_FIELDS) return NULL;
    samples->fields[samples->field_count].field = field;
    return &samples->fields[samples->field_count++];
}

static void add(struct samples *samples, const struct catalogue_field *field, struct value value) {
    struct sampled_field *into = sampled(samples, field);
    int at = 0;
    while (into && at < into->count && order(&into->values[at], &value) < 0) at++;
    if (into && at < into->count && order(&into->values[at], &value) == 0) return;
    samples->beyond = samples->beyond || !into || into->count == SAMPLE_VALUES;
    if (samples->beyond) return;
    memmove(&into->values[at + 1], &into->values[at], (size_t)(into->count - at) * sizeof value);
    into->values[at] = value;
    into->count++;
}

/* A text before all that conditions name, and one behind them; of a choice, every one that there is. */
static void add_others(struct samples *samples, const struct catalogue_field *field) {
    for (int i = 0; i < field->choice_count; i++)
        add(samples, field, value_of_text(field->choices[i].code, strlen(field->choices[i].code)));
    if (field->choice_count) return;
    add(samples, field, value_of_text("!", 1));
    add(samples, field, value_of_text("~", 1));
}

void samples_around(struct samples *samples, const struct catalogue_field *field, int64_t value) {
    if (value > INT64_MIN) add(samples, field, value_of_integer(value - 1));
    add(samples, field, value_of_integer(value));
    if (value < INT64_MAX) add(samples, field, value_of_integer(value + 1));
}

static void add_named(struct samples *samples, const struct catalogue_field *field, const struct value *value) {
    if (field->index == COMMON_CURRENCY) {
        samples->currency = value->text;
        return;
    }
    if (is_given(field)) return;
    if (value->kind == VALUE_INTEGER) {
        samples_around(samples, field, value->integer);
        return;
    }
    add(samples, field, *value);
    add_others(samples, field);
}

static bool is_text(const struct catalogue_field *field) {
    return field->kind == FIELD_TEXT || field->kind == FIELD_DATE || field->kind == FIELD_CHOICE || field->kind == FIELD_LINES;
}

void samples_of(struct samples *samples, const struct predicate *predicate) {
    const struct catalogue_field *field = predicate->field;
    for (int i = 0; i < predicate->child_count; i++) samples_of(samples, predicate->children[i]);
    switch (predicate->kind) {
    case PREDICATE_COMPARE:
    case PREDICATE_PREFIX: add_named(samples, field, &predicate->value); break;
    case PREDICATE_IN:
        for (int i = 0; i < predicate->value_count; i++) add_named(samples, field, &predicate->values[i]);
        break;
    case PREDICATE_EMPTY:
        if (is_text(field))
            add_others(samples, field);
        else if (!is_given(field))
            add(samples, field, value_of_integer(1));
        break;
    case PREDICATE_UNDER: samples->beyond = samples->beyond || !is_given(field); break;
    case PREDICATE_PARTICIPANT: samples->beyond = true; break;
    default: break;
    }
}

void samples_add_empty(struct samples *samples) {
    for (int i = 0; i < samples->field_count; i++) {
        struct sampled_field *sampled = &samples->fields[i];
        if (sampled->field->required) continue;
        if (sampled->count == SAMPLE_VALUES)
            samples->beyond = true;
        else
            sampled->values[sampled->count++] = (struct value){.kind = VALUE_NONE};
    }
}

int samples_count(struct samples *samples) {
    int count = 1;
    for (int i = 0; i < samples->field_count && count <= SAMPLE_DOCUMENTS; i++) count *= samples->fields[i].count;
    return count <= SAMPLE_DOCUMENTS ? count : 0;
}

dealer_status samples_put(struct env *env, const struct samples *samples, int index, struct document *document) {
    dealer_status status = DEALER_OK;
    for (int i = 0; !status && i < samples->field_count; i++) {
        const struct sampled_field *sampled = &samples->fields[i];
        const struct value *value = &sampled->values[index % sampled->count];
        int at = sampled->field->index;
        index /= sampled->count;
        if (value->kind == VALUE_NONE)
            document_clear(document, at);
        else if (value->kind == VALUE_TEXT)
            status = document_put_text(env, document, at, value->text, value->length);
        else
            status = document_put_integer(env, document, at, value->integer);
    }
    return status;
}

void samples_clear(const struct samples *samples, struct document *document) {
    for (int i = 0; i < samples->field_count; i++) document_clear(document, samples->fields[i].field->index);
}
