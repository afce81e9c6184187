#include "base/csv.h"

#include <string.h>

static const char BOM[] = "\xEF\xBB\xBF";
enum { BOM_SIZE = 3 };

void csv_init(struct csv *csv, struct env *env, csv_function function, void *user_data) {
    *csv = (struct csv){.env = env, .function = function, .user_data = user_data, .line = 1};
    text_init(&csv->bytes, env);
}

void csv_free(struct csv *csv) {
    if (!csv->env) return;
    text_finish(&csv->bytes);
    env_free(csv->env, csv->starts);
    env_free(csv->env, csv->fields);
    *csv = (struct csv){0};
}

static dealer_status grow(struct csv *csv) {
    size_t capacity = csv->capacity ? csv->capacity * 2 : 64;
    size_t *starts = env_resize(csv->env, csv->starts, capacity * sizeof *starts);
    if (!starts) return DEALER_E_NOMEM;
    csv->starts = starts;
    const char **fields = env_resize(csv->env, (void *)csv->fields, capacity * sizeof *fields);
    if (!fields) return DEALER_E_NOMEM;
    csv->fields = fields;
    csv->capacity = capacity;
    return DEALER_OK;
}

static void give_up(struct csv *csv, enum csv_fault fault) {
    csv->fault = fault;
    csv->state = CSV_IN_FAULT;
}

static void put(struct csv *csv, char byte) {
    if (csv->bytes.length >= CSV_RECORD_BYTES) {
        give_up(csv, CSV_LARGE);
        return;
    }
    text_append(&csv->bytes, byte ? &byte : "\1", 1);
}

static dealer_status begin_field(struct csv *csv) {
    if (csv->count == CSV_FIELDS) {
        give_up(csv, CSV_LARGE);
        return DEALER_OK;
    }
    if (csv->count == csv->capacity && grow(csv)) return DEALER_E_NOMEM;
    csv->starts[csv->count++] = csv->bytes.length;
    return DEALER_OK;
}

/* Bytes between two fields: the NUL that ends one. */
static void end_field(struct csv *csv) {
    text_append(&csv->bytes, "", 1);
}

static dealer_status end_record(struct csv *csv) {
    bool blank = !csv->fault && csv->count <= 1 && csv->bytes.length == 0 && csv->state != CSV_AFTER_QUOTE;
    struct csv_record record = {csv->begun_at, csv->fault, NULL, 0};
    end_field(csv);
    if (csv->bytes.status) return csv->bytes.status;
    for (size_t i = 0; i < csv->count; i++) csv->fields[i] = csv->bytes.data + csv->starts[i];
    if (!csv->fault) {
        record.fields = csv->fields;
        record.count = csv->count;
    }
    csv->state = CSV_AT_FIELD;
    csv->any = false;
    csv->count = 0;
    csv->fault = CSV_SOUND;
    dealer_status status = blank ? DEALER_OK : csv->function(csv->user_data, &record);
    csv->bytes.length = 0;
    return status;
}

static dealer_status take_in_quotes(struct csv *csv, char byte) {
    if (byte == '"')
        csv->state = CSV_AFTER_QUOTE;
    else
        put(csv, byte);
    return DEALER_OK;
}

static dealer_status take(struct csv *csv, char byte) {
    if (csv->state == CSV_IN_QUOTES) return take_in_quotes(csv, byte);
    if (!csv->any) {
        csv->any = true;
        csv->begun_at = csv->line;
        dealer_status status = begin_field(csv);
        if (status) return status;
    }
    if (byte == '\n' || byte == '\r') return end_record(csv);
    if (csv->state == CSV_IN_FAULT) return DEALER_OK;
    if (byte == ',') {
        end_field(csv);
        csv->state = CSV_AT_FIELD;
        return begin_field(csv);
    }
    if (byte == '"' && csv->state == CSV_AT_FIELD) {
        csv->state = CSV_IN_QUOTES;
    } else if (csv->state == CSV_AFTER_QUOTE && byte != '"') {
        give_up(csv, CSV_QUOTE);
    } else {
        csv->state = csv->state == CSV_AFTER_QUOTE ? CSV_IN_QUOTES : CSV_IN_PLAIN;
        put(csv, byte);
    }
    return DEALER_OK;
}

/* A mark is only a mark at the very beginning; what looked like one and was none is data. */
static dealer_status take_beginning(struct csv *csv, char byte, bool *taken) {
    dealer_status status = DEALER_OK;
    *taken = byte == BOM[csv->bom];
    if (*taken) {
        csv->bom++;
        return DEALER_OK;
    }
    size_t held = csv->bom;
    csv->bom = BOM_SIZE;
    for (size_t i = 0; !status && i < held; i++) status = take(csv, BOM[i]);
    return status;
}

dealer_status csv_feed(struct csv *csv, struct env *env, const char *data, size_t length) {
    dealer_status status = DEALER_OK;
    csv->env = csv->bytes.env = env;
    for (size_t i = 0; !status && i < length; i++) {
        char byte = data[i];
        bool taken = false, second_half = csv->after_cr && byte == '\n';
        if (csv->bom < BOM_SIZE) status = take_beginning(csv, byte, &taken);
        if (status || taken) continue;
        csv->after_cr = byte == '\r';
        if (second_half && csv->state != CSV_IN_QUOTES) continue;
        status = take(csv, byte);
        if (byte == '\r' || (byte == '\n' && !second_half)) csv->line++;
        if (!status) status = csv->bytes.status;
    }
    return status;
}

dealer_status csv_finish(struct csv *csv, struct env *env) {
    csv->env = csv->bytes.env = env;
    if (!csv->any) return DEALER_OK;
    if (csv->state == CSV_IN_QUOTES) give_up(csv, CSV_OPEN);
    return end_record(csv);
}
