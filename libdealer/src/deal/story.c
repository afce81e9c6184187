/* A document's whole story as one list: journal, months, rules, money, machines and messages, each with a sentence. The store gives the
 * rows in order; here each is shown as far as the asker may see it, or left out. */
#include "deal/story.h"
#include "base/text.h"
#include "deal/accounts.h"
#include "deal/events.h"
#include "deal/reports.h"
#include "store/story_store.h"
#include <string.h>

struct story {
    struct deal *deal;
    const struct document *document;
    struct json *json;
    json_value *rows;
};

/* One item being told. `source` decides how it is screened and what its sentence says. */
struct telling {
    const struct story *story;
    const struct story_row *row;
    json_value *item, *detail;
    const char *subject; /* number of the other document, serial number of the machine: in the call's region; NULL */
};

/* -- words -- */

static const struct {
    const char *code;
    struct label label;
} words[] = {
#define WORD(code, en, zh) {code, {en, zh}},
#include "deal/story.def"
#undef WORD
};

static struct label word(const char *code) {
    for (size_t i = 0; code && i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].code, code) == 0) return words[i].label;
    return (struct label){code ? code : "", code ? code : ""};
}

static const char *in(bool zh, struct label label) {
    return zh ? label.zh : label.en;
}

static struct label title_of(const struct story_row *row) {
    const struct event_kind *kind = event_kind(row->kind);
    bool told = row->source[0] == 'j' || row->source[0] == 'l' || row->source[0] == 'm';
    return told && kind ? kind->label : word(row->kind);
}

/* -- sentences -- */

static void add_money(struct text *out, const json_value *money) {
    struct money amount = {json_get_integer(money, "amount_minor", 0), ""};
    const char *currency = json_get_text(money, "currency");
    char text[32];
    if (currency) strncat(amount.currency, currency, sizeof amount.currency - 1);
    money_format(amount, text, sizeof text);
    text_addf(out, "%s %s", text, amount.currency);
}

static void add_after(struct text *out, const char *between, const char *text) {
    if (!text || !*text) return;
    text_add(out, between);
    text_add(out, text);
}

static void say_journal(const struct telling *this, bool zh, struct text *out) {
    const json_value *detail = this->detail;
    const char *node = json_get_text(detail, "node"), *comment = json_get_text(detail, "comment");
    bool himself = json_get_integer(detail, "person", 0) == this->row->person;
    text_add(out, in(zh, title_of(this->row)));
    if (node) text_addf(out, zh ? "（%s）" : " (%s)", node);
    if (!himself) add_after(out, zh ? "，" : ", ", json_get_text(detail, "name"));
    add_after(out, zh ? "：" : ": ", comment ? comment : json_get_text(detail, zh ? "zh" : "en"));
}

static void say_link(const struct telling *this, bool zh, struct text *out) {
    text_add(out, in(zh, title_of(this->row)));
    add_after(out, zh ? "：" : ": ", this->subject);
}

static void say_period(const struct telling *this, bool zh, struct text *out) {
    char sentence[ERROR_TEXT_SIZE];
    const char *arguments[] = {"period", json_get_text(this->detail, "period"), NULL};
    message_render(sentence, sizeof sentence, in(zh, title_of(this->row)), arguments);
    text_add(out, sentence);
}

static void say_rule(const struct telling *this, bool zh, struct text *out) {
    const json_value *reason = json_at(json_get(json_get(this->detail, "result"), "reasons"), 0);
    text_addf(out, zh ? "规则 %s %s" : "the rule %s %s", json_get_text(this->detail, "rule"), in(zh, title_of(this->row)));
    add_after(out, zh ? "：" : ": ", json_get_text(reason, zh ? "zh" : "en"));
}

static void say_account(const struct telling *this, bool zh, struct text *out) {
    struct label side = word(json_get_text(this->detail, "direction")), what = word(json_get_text(this->detail, "for"));
    text_addf(out, zh ? "%s %s %s " : "%s %s %s: ", in(zh, side), in(zh, what), in(zh, title_of(this->row)));
    add_money(out, json_get(this->detail, "amount"));
}

static void say_stock(const struct telling *this, bool zh, struct text *out) {
    struct label place = word(json_get_text(this->detail, "position"));
    text_addf(out, zh ? "整机 %s %s" : "machine %s is %s", this->subject ? this->subject : "-", in(zh, place));
    add_after(out, zh ? "，" : ", ", json_get_text(this->detail, "warehouse"));
    text_addf(out, zh ? "（%s）" : " (%s)", in(zh, title_of(this->row)));
}

static void say_message(const struct telling *this, bool zh, struct text *out) {
    const char *party = json_get_text(this->detail, "party"), *name = json_get_text(this->detail, "name");
    text_addf(out, zh ? "已通知 %s：%s" : "told to %s: %s", name ? name : party ? party : "-", in(zh, title_of(this->row)));
}

/* -- what of it is for the asker -- */

static bool sees_all(const struct story *story) {
    return !story->deal->person;
}

/* Another document, as the asker may see it; *out NULL where he may not read it, or it is gone. */
static dealer_status load_seen(const struct story *story, int64_t id, struct document **out) {
    struct deal *deal = story->deal;
    struct document *found = NULL;
    dealer_status status = id ? deal_load(deal, id, &found) : DEALER_OK;
    *out = NULL;
    if (status == DEALER_E_NOT_FOUND) {
        error_clear(&deal->env->error);
        return DEALER_OK;
    }
    if (!status && found && (sees_all(story) || link_may_read(deal, found))) {
        status = deal_conceal(deal, found);
        if (!status) {
            *out = found;
            return DEALER_OK;
        }
    }
    document_free(found);
    return status;
}

/* The member of that name becomes a document that he may read, or null. */
static dealer_status show_document(const struct telling *this, const char *key) {
    struct json *json = this->story->json;
    struct document *document = NULL;
    int64_t id = json_get_integer(this->detail, key, 0);
    if (!id || id == document_id(this->story->document)) return DEALER_OK;
    dealer_status status = load_seen(this->story, id, &document);
    if (!status && !document) json_set(json, this->detail, key, json_new_null(json));
    document_free(document);
    return status;
}

static dealer_status keep_text(struct telling *this, const char *text) {
    if (!text) return DEALER_OK;
    this->subject = region_copy(&this->story->deal->region, this->story->deal->env, text, strlen(text));
    return this->subject ? DEALER_OK : DEALER_E_NOMEM;
}

/* An entry tells nothing of a field that is hidden: not the reason that somebody gave for voiding. */
static dealer_status screen_journal(struct telling *this, bool *out) {
    const struct document *document = this->story->document;
    const char *named = json_get_text(this->detail, "field");
    *out = true;
    for (int i = 0; document->hidden && i < document->type->field_count; i++) {
        const char *name = document->type->fields[i].name;
        if (!document_hides(document, i) || (!json_get(this->detail, name) && !(named && strcmp(named, name) == 0))) continue;
        this->detail = json_new_object(this->story->json);
        break;
    }
    return DEALER_OK;
}

static dealer_status screen_link(struct telling *this, bool *out) {
    struct json *json = this->story->json;
    struct document *document = NULL;
    dealer_status status = load_seen(this->story, json_get_integer(this->detail, "document", 0), &document);
    *out = !status && document;
    if (!*out) return status;
    const char *number = document_text(document, COMMON_NUMBER);
    json_set_text(json, this->detail, "number", number);
    json_set_text(json, this->detail, "status", document_text(document, COMMON_STATUS));
    status = keep_text(this, number ? number : document->type->name);
    document_free(document);
    return status;
}

/* Of the documents that a rule saw beside this one: only those that he may read, and of them what he may see. */
static dealer_status screen_seen_links(const struct telling *this) {
    struct json *json = this->story->json;
    json_value *input = json_get(json_get(this->detail, "input"), "input");
    json_value *links = json_get(input, "links"), *shown = json_new_object(json);
    const json_value *item;
    const char *key;
    dealer_status status = DEALER_OK;
    for (struct json_cursor each = json_each(links); !status && (item = json_next(&each, &key));) {
        struct document *linked = NULL;
        status = load_seen(this->story, json_get_integer(item, "id", 0), &linked);
        if (!status && linked && !linked->hidden) json_set(json, shown, key, json_copy(json, item));
        document_free(linked);
    }
    if (json_kind(links) == JSON_OBJECT) json_set(json, input, "links", shown);
    return status;
}

/* Where anything is hidden from him, what a rule saw and said stays out: its result may tell what it saw. */
static dealer_status screen_rule(struct telling *this, bool *out) {
    *out = true;
    if (sees_all(this->story)) return DEALER_OK;
    if (!this->story->document->hidden) return screen_seen_links(this);
    json_remove(this->detail, "input");
    json_remove(this->detail, "result");
    return DEALER_OK;
}

static dealer_status screen_account(struct telling *this, bool *out) {
    dealer_status status = account_amounts_seen(this->story->deal, json_get_integer(this->detail, "cause", 0), out);
    if (!status && *out) status = show_document(this, "cause");
    if (!status && *out) status = show_document(this, "document");
    return !status && *out ? show_document(this, "against") : status;
}

static dealer_status screen_stock(struct telling *this, bool *out) {
    struct document *machine = NULL;
    dealer_status status = load_seen(this->story, json_get_integer(this->detail, "machine", 0), &machine);
    *out = !status && machine;
    if (!*out) return status;
    if (document_hides(machine, deal_field(machine, "cost"))) json_remove(this->detail, "cost");
    if (document_hides(machine, deal_field(machine, "warehouse"))) json_remove(this->detail, "warehouse");
    if (document_hides(machine, deal_field(machine, "position"))) json_remove(this->detail, "position");
    status = keep_text(this, deal_text(machine, "serial_number"));
    document_free(machine);
    return status ? status : show_document(this, "document");
}

/* What was told to others was made for their eyes. */
static dealer_status screen_message(struct telling *this, bool *out) {
    const struct story *story = this->story;
    int64_t person = json_get_integer(this->detail, "person", 0);
    *out = true;
    if (person) json_set_text(story->json, this->detail, "name", deal_person_name(story->deal, person));
    if (sees_all(story) || person == story->deal->person) return DEALER_OK;
    json_remove(this->detail, "text_en");
    json_remove(this->detail, "text_zh");
    if (story->document->hidden) json_remove(this->detail, "party");
    return DEALER_OK;
}

/* -- the list -- */

static const struct source {
    const char *name;
    dealer_status (*screen)(struct telling *telling, bool *out); /* NULL: whoever may read the document */
    void (*say)(const struct telling *telling, bool zh, struct text *out);
} sources[] = {
    {"journal", screen_journal, say_journal},
    {"link", screen_link, say_link},
    {"period", NULL, say_period},
    {"rule", screen_rule, say_rule},
    {"account", screen_account, say_account},
    {"stock", screen_stock, say_stock},
    {"message", screen_message, say_message},
};

static const struct source *source_of(const char *name) {
    size_t i = 0;
    while (i + 1 < sizeof sources / sizeof sources[0] && strcmp(sources[i].name, name) != 0) i++;
    return &sources[i];
}

static void add_who(const struct story_row *row, bool zh, struct text *out) {
    const char *person = row->person_name ? row->person_name : zh ? "系统" : "system";
    if (!row->acting_name)
        text_addf(out, zh ? "%s：" : "%s: ", person);
    else
        text_addf(out, zh ? "%s（代 %s）：" : "%s for %s: ", row->acting_name, person);
}

static dealer_status say(const struct telling *this, const struct source *source, bool zh) {
    struct text text;
    text_init(&text, this->story->deal->env);
    add_who(this->row, zh, &text);
    source->say(this, zh, &text);
    dealer_status status = text.status;
    if (!status) json_set_text(this->story->json, this->item, zh ? "zh" : "en", text_string(&text));
    text_finish(&text);
    return status;
}

static void set_head(const struct telling *this) {
    const struct story_row *row = this->row;
    struct json *json = this->story->json;
    json_value *title = json_new_object(json), *item = this->item;
    json_set_text(json, item, "of", row->source);
    json_set_text(json, item, "kind", row->kind);
    json_set_integer(json, item, "id", row->id);
    json_set_integer(json, item, "sequence", row->sequence);
    json_set_integer(json, item, "at_ms", row->at_ms);
    json_set_integer(json, item, "person", row->person);
    json_set_text(json, item, "person_code", row->person_code);
    json_set_text(json, item, "person_name", row->person_name);
    json_set_text(json, item, "acting_code", row->acting_code);
    json_set_text(json, item, "acting_name", row->acting_name);
    json_set_text(json, title, "en", title_of(row).en);
    json_set_text(json, title, "zh", title_of(row).zh);
    json_set(json, item, "title", title);
    json_set(json, item, "detail", this->detail);
}

static dealer_status tell_row(void *user_data, const struct story_row *row) {
    const struct story *story = user_data;
    struct json *json = story->json;
    struct telling telling = {.story = story, .row = row, .item = json_new_object(json)};
    const struct source *source = source_of(row->source);
    bool seen = true;
    telling.detail = row->detail ? json_new_parsed(json, row->detail, strlen(row->detail)) : json_new_object(json);
    dealer_status status = json_status(json);
    if (!status && source->screen) status = source->screen(&telling, &seen);
    if (status || !seen) return status;
    set_head(&telling);
    status = say(&telling, source, false);
    if (!status) status = say(&telling, source, true);
    json_push(json, story->rows, telling.item);
    return status;
}

dealer_status story_tell(struct deal *deal, const struct document *document, struct json *json, json_value *rows) {
    struct story story = {deal, document, json, rows};
    return store_story(deal->env, deal->connection, document_id(document), tell_row, &story);
}
