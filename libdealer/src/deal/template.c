/* Fills texts of messages in. Knows how a value looks to people in both languages; not who is told. */
#include "deal/template.h"
#include "base/text.h"
#include "base/time.h"
#include <stdio.h>
#include <string.h>

enum { CHINA_OFFSET_MS = 8 * 3600000, PERCENT = 100 };

/* -- what stands between the braces -- */

struct place {
    char name[TEMPLATE_NAME_MAX + 1]; /* before the point, if any */
    const char *member;               /* after the point; NULL: none */
    const char *otherwise;            /* after the bar: instead of nothing; NULL: none */
};

enum piece { PIECE_END, PIECE_TEXT, PIECE_PLACE, PIECE_WRONG };

static void split(struct place *place) {
    char *bar = strchr(place->name, '|'), *point;
    place->otherwise = bar ? bar + 1 : NULL;
    if (bar) *bar = '\0';
    point = strchr(place->name, '.');
    place->member = point ? point + 1 : NULL;
    if (point) *point = '\0';
}

/* The next piece; *pattern moves past it. Text: *text_out, of `length`. */
static enum piece next_piece(const char **pattern, struct place *place, const char **text_out, size_t *length_out) {
    const char *start = *pattern, *open = strchr(start, '{');
    if (!*start) return PIECE_END;
    *text_out = start;
    *length_out = open ? (size_t)(open - start) : strlen(start);
    *pattern = start + *length_out;
    if (*length_out) return PIECE_TEXT;
    *pattern = start + 2;
    *length_out = 1;
    if (start[1] == '{') return PIECE_TEXT;
    const char *close = strchr(start, '}');
    size_t length = close ? (size_t)(close - start - 1) : 0;
    *pattern = close ? close + 1 : start + strlen(start);
    snprintf(place->name, sizeof place->name, "%.*s", (int)(length < TEMPLATE_NAME_MAX ? length : 0), start + 1);
    if (!close || length == 0 || length > TEMPLATE_NAME_MAX) return PIECE_WRONG;
    split(place);
    return PIECE_PLACE;
}

/* Words of the event; all others are fields. */
static const char *const words[] = {"type", "title", "person", "comment", "node", "event", "due"};
enum { WORD_TYPE, WORD_TITLE, WORD_PERSON, WORD_COMMENT, WORD_NODE, WORD_EVENT, WORD_DUE, WORD_COUNT };

static int word_of(const char *name) {
    for (int i = 0; i < WORD_COUNT; i++)
        if (strcmp(words[i], name) == 0) return i;
    return -1;
}

/* -- how a value looks -- */

static const char *in_language(const struct template *template, struct label label) {
    return template->zh ? label.zh : label.en;
}

static const char *person_name(const struct template *template, int64_t person) {
    return person ? deal_person_name(template->deal, person) : template->zh ? "系统" : "system";
}

static const char *choice_label(const struct template *template, const struct catalogue_field *field, const struct value *value) {
    for (int i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i].code, value->text) == 0) return in_language(template, field->choices[i].label);
    return value->text;
}

static const char *department_name(const struct template *template, int64_t id) {
    int index = org_department_by_id(template->deal->snapshot->org, id);
    return index >= 0 ? template->deal->snapshot->org->departments[index].name : "?";
}

static void add_instant(struct text *out, int64_t utc_ms) {
    char text[25]; /* 2026-01-31T00:00:00.000Z */
    instant_format(utc_ms + CHINA_OFFSET_MS, text);
    text_append(out, text, 10);
    text_add(out, " ");
    text_append(out, text + 11, 5);
}

static void add_money(struct text *out, const struct document *document, const struct catalogue_field *field) {
    char amount[32];
    money_format(document_money(document, field), amount, sizeof amount);
    text_add(out, amount);
    text_add(out, " ");
    text_add(out, document_text(document, COMMON_CURRENCY) ? document_text(document, COMMON_CURRENCY) : "");
}

static void add_percent(struct text *out, int64_t basis_points) {
    int64_t size = basis_points < 0 ? -basis_points : basis_points;
    text_addf(out, "%s%lld.%02d %%", basis_points < 0 ? "-" : "", (long long)(size / PERCENT), (int)(size % PERCENT));
}

static void add_value(
    struct text *out, const struct template *template, const struct document *document, const struct catalogue_field *field) {
    const struct value *value = &document->values[field->index];
    switch (field->kind) {
    case FIELD_MONEY: add_money(out, document, field); break;
    case FIELD_PERCENT: add_percent(out, value->integer); break;
    case FIELD_INSTANT: add_instant(out, value->integer); break;
    case FIELD_BOOLEAN: text_add(out, template->zh ? (value->integer ? "是" : "否") : value->integer ? "yes" : "no"); break;
    case FIELD_CHOICE: text_add(out, choice_label(template, field, value)); break;
    case FIELD_EMPLOYEE: text_add(out, deal_person_name(template->deal, value->integer)); break;
    case FIELD_COMPANY: text_add(out, deal_company_code(template->deal, value->integer)); break;
    case FIELD_DEPARTMENT: text_add(out, department_name(template, value->integer)); break;
    case FIELD_INTEGER: text_add_integer(out, value->integer); break;
    default:
        if (value->kind == VALUE_TEXT) text_append(out, value->text, value->length);
    }
}

/* -- filling in -- */

dealer_status template_conceal(const struct template *template, struct document *document) {
    struct deal reading = *template->deal;
    reading.employee = template->reader;
    dealer_status status = deal_conceal(&reading, document);
    template->deal->region = reading.region; /* it has grown */
    return status;
}

/* The document behind a link, as the reader may see it: the member asked for, or what it is called. */
static dealer_status add_linked(struct text *out, const struct template *template, const char *link, const char *member) {
    struct document *linked = NULL;
    const struct catalogue_field *field;
    dealer_status status = deal_load_link(template->deal, template->document, link, &linked);
    if (status || !linked) return status;
    linked->participant = false; /* that was the asker's */
    status = template_conceal(template, linked);
    field = catalogue_field(linked->type, member ? member : "number");
    if (!status && field && document_has(linked, field->index))
        add_value(out, template, linked, field);
    else if (!status && !member && !document_hides(linked, COMMON_NUMBER))
        text_add(out, deal_title(template->deal, linked));
    document_free(linked);
    return status;
}

/* Whoever is told of it may know what it is called, even if whoever did it may not read it by himself. */
static void add_title(struct text *out, const struct template *template) {
    const struct document *document = template->document;
    const char *number = document_text(document, COMMON_NUMBER);
    if (number)
        text_add(out, number);
    else
        text_addf(out, "%s #%lld", document->type->name, (long long)document_id(document));
}

static void add_word(struct text *out, const struct template *template, int word) {
    const struct event *event = template->event;
    const struct event_kind *kind = event_kind(event->name);
    const char *said = NULL;
    switch (word) {
    case WORD_TYPE: said = in_language(template, template->document->type->label); break;
    case WORD_TITLE: add_title(out, template); return;
    case WORD_PERSON: said = person_name(template, event->actor); break;
    case WORD_COMMENT: said = event->comment; break;
    case WORD_DUE: said = event->day; break;
    case WORD_NODE: said = in_language(template, event->node); break;
    default: said = kind ? in_language(template, kind->label) : event->name; break;
    }
    text_add(out, said ? said : "");
}

/* -- the line whose date an event is about -- */

static const char line_word[] = "line";

static const struct catalogue_field *column_of(const struct catalogue_field *lines, const char *name) {
    for (int i = 0; i < lines->line_count; i++)
        if (strcmp(lines->lines[i].name, name) == 0) return &lines->lines[i];
    return NULL;
}

static void add_line_money(struct text *out, const json_value *value) {
    struct money money = {json_get_integer(value, "amount_minor", 0), ""};
    const char *currency = json_get_text(value, "currency");
    char amount[32];
    if (currency) snprintf(money.currency, sizeof money.currency, "%s", currency);
    money_format(money, amount, sizeof amount);
    text_addf(out, "%s %s", amount, money.currency);
}

static void add_line_value(
    struct text *out, const struct template *template, const struct catalogue_field *column, const json_value *line) {
    const json_value *value = json_get(line, column->name);
    const char *text = json_text(value);
    if (json_kind(value) <= JSON_NULL) return;
    if (column->kind == FIELD_MONEY) {
        add_line_money(out, value);
    } else if (column->kind == FIELD_CHOICE && text) {
        struct value code = value_of_text(text, strlen(text));
        text_add(out, choice_label(template, column, &code));
    } else if (text) {
        text_add(out, text);
    } else {
        text_add_integer(out, json_get_integer(line, column->name, 0));
    }
}

static dealer_status add_line(struct text *out, const struct template *template, const char *member) {
    const struct event *event = template->event;
    const char *point = event->field ? strchr(event->field, '.') : NULL;
    char name[TEMPLATE_NAME_MAX + 1];
    struct json *json = NULL;
    const json_value *line;
    if (!point || (size_t)(point - event->field) >= sizeof name) return DEALER_OK;
    snprintf(name, sizeof name, "%.*s", (int)(point - event->field), event->field);
    const struct catalogue_field *lines = catalogue_field(template->document->type, name);
    const struct catalogue_field *column = lines ? column_of(lines, member) : NULL;
    const char *text = column ? document_text(template->document, lines->index) : NULL;
    if (!text) return DEALER_OK;
    dealer_status status = json_parse_own(template->deal->env, text, strlen(text), &json);
    if (status) return status;
    for (struct json_cursor each = json_each(json_root(json)); (line = json_next(&each, NULL));) {
        const char *day = json_get_text(line, point + 1);
        if (!day || strcmp(day, event->day) != 0) continue;
        add_line_value(out, template, column, line);
        break;
    }
    json_free(json);
    return DEALER_OK;
}

static bool is_line_member(const struct catalogue_type *type, const struct place *place) {
    const char *member = place->member;
    if (!member || strcmp(place->name, line_word) != 0 || catalogue_field(type, line_word)) return false;
    for (int i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == FIELD_LINES && column_of(&type->fields[i], member)) return true;
    return false;
}

static dealer_status fill(struct text *out, const struct template *template, const struct place *place) {
    const struct catalogue_field *field = catalogue_field(template->document->type, place->name);
    int word = place->member ? -1 : word_of(place->name);
    if (word >= 0) {
        add_word(out, template, word);
        return DEALER_OK;
    }
    if (is_line_member(template->document->type, place)) return add_line(out, template, place->member);
    if (!field || !document_has(template->document, field->index)) return DEALER_OK;
    if (field->kind == FIELD_DOCUMENT) return add_linked(out, template, place->name, place->member);
    add_value(out, template, template->document, field);
    return DEALER_OK;
}

dealer_status template_render(const struct template *template, const char *pattern, const char **out, bool *whole_out) {
    struct place place;
    struct text text;
    const char *literal;
    size_t length;
    bool whole = true;
    enum piece piece;
    dealer_status status = DEALER_OK;
    text_init(&text, template->deal->env);
    while (!status && (piece = next_piece(&pattern, &place, &literal, &length)) != PIECE_END) {
        size_t before = text.length;
        if (piece == PIECE_TEXT) text_append(&text, literal, length);
        if (piece != PIECE_PLACE) continue;
        status = fill(&text, template, &place);
        if (text.length > before) continue;
        whole = whole && place.otherwise;
        text_add(&text, place.otherwise ? place.otherwise : "-");
    }
    if (!status) status = text.status;
    if (!status) {
        *out = region_copy(&template->deal->region, template->deal->env, text_string(&text), text.length);
        status = *out ? DEALER_OK : DEALER_E_NOMEM;
    }
    text_finish(&text);
    if (whole_out) *whole_out = whole;
    return status;
}

/* -- checking -- */

static const char *nearest_field(const struct catalogue_type *type, const char *name) {
    const char *best = NULL;
    int distance = (int)strlen(name) / 3 + 2;
    for (int i = 0; i < type->field_count; i++) {
        int found = text_distance(name, type->fields[i].name);
        if (found >= distance) continue;
        distance = found;
        best = type->fields[i].name;
    }
    for (int i = 0; i < WORD_COUNT; i++) {
        int found = text_distance(name, words[i]);
        if (found >= distance) continue;
        distance = found;
        best = words[i];
    }
    return best;
}

static bool place_stands(
    const struct catalogue *catalogue, const struct catalogue_type *type, const struct place *place, const char **nearest_out) {
    const struct catalogue_field *field = catalogue_field(type, place->name);
    if (!place->member && word_of(place->name) >= 0) return true;
    if (is_line_member(type, place)) return true;
    *nearest_out = field ? NULL : nearest_field(type, place->name);
    if (!field || field->kind == FIELD_LINES || (place->member && field->kind != FIELD_DOCUMENT)) return false;
    if (!place->member) return true;
    const struct catalogue_type *target = catalogue_type(catalogue, field->target);
    const struct catalogue_field *member = target ? catalogue_field(target, place->member) : NULL;
    if (target && !member) *nearest_out = nearest_field(target, place->member);
    return member && member->kind != FIELD_LINES && member->kind != FIELD_DOCUMENT;
}

bool template_check(
    const struct catalogue *catalogue, const struct catalogue_type *type, const char *pattern, struct template_fault *fault_out) {
    struct place place;
    const char *literal;
    size_t length;
    enum piece piece;
    fault_out->nearest = NULL;
    while ((piece = next_piece(&pattern, &place, &literal, &length)) != PIECE_END) {
        if (piece == PIECE_TEXT || (piece == PIECE_PLACE && place_stands(catalogue, type, &place, &fault_out->nearest))) continue;
        snprintf(fault_out->place, sizeof fault_out->place, "%s%s%s", piece == PIECE_WRONG ? "..." : place.name,
            piece == PIECE_PLACE && place.member ? "." : "", piece == PIECE_PLACE && place.member ? place.member : "");
        return false;
    }
    return true;
}
