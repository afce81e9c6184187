/* Documents, people and messages: what is there, who may do what, what waits for delivery. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MOST = 12, PAGE = 1000 };

static bool read_id(const char *text, int64_t *out) {
    char *end = NULL;
    long long id = strtoll(text, &end, 10);
    *out = id;
    return !*end && id > 0;
}

static int end_with_id(struct cli *cli, const char *text) {
    return end_with_words(cli, EXIT_USAGE, "an id was expected, not %s", "应为编号，而不是 %s", text);
}

/* -- explain, who-can -- */

/* The system asks on behalf of the person, so that a refusal is told also about what he may not read. */
int command_explain(struct cli *cli) {
    const char *person = cli->options.as;
    dealer_decision *decision = NULL;
    int64_t id;
    if (!person) return end_with_words(cli, EXIT_USAGE, "who? give --as EMPLOYEE%s", "请用 --as 人员编码 指定人员%s", "");
    if (!read_id(cli->arguments[1], &id)) return end_with_id(cli, cli->arguments[1]);
    cli->options.as = NULL;
    int code = open_session(cli, STORE_READ, "dealer explain");
    if (code) return code;
    dealer_status status = dealer_check_for(cli->session, &decision, person, cli->arguments[0], id);
    if (status) return end_with_session_error(cli, status);
    code = dealer_decision_outcome(decision) == DEALER_OUTCOME_YES ? EXIT_DONE : EXIT_FOUND;
    if (cli->options.json)
        answer_json(cli, dealer_decision_json(decision), NULL, code);
    else
        puts(dealer_decision_sentence(decision, cli->language));
    dealer_decision_free(decision);
    return code;
}

static void print_texts(struct cli *cli, yyjson_val *result) {
    yyjson_arr_iter each;
    yyjson_val *item;
    (void)cli;
    yyjson_arr_iter_init(result, &each);
    while ((item = yyjson_arr_iter_next(&each)) != NULL) puts(yyjson_get_str(item));
}

int command_who_can(struct cli *cli) {
    dealer_text *text = NULL;
    int64_t id;
    if (!read_id(cli->arguments[1], &id)) return end_with_id(cli, cli->arguments[1]);
    int code = open_session(cli, STORE_READ, "dealer who-can");
    if (code) return code;
    dealer_status status = dealer_who_can(cli->session, &text, cli->arguments[0], id);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_texts, EXIT_DONE);
}

/* -- history -- */

static void print_history(struct cli *cli, yyjson_val *result) {
    enum { CHINA_MS = 8 * 3600 * 1000 };
    yyjson_arr_iter each;
    yyjson_val *item;
    yyjson_arr_iter_init(member(result, "history"), &each);
    while ((item = yyjson_arr_iter_next(&each)) != NULL) {
        time_t seconds = (time_t)((number_at(item, "at_ms") + CHINA_MS) / 1000);
        struct tm day;
        char at[32] = "";
        if (gmtime_r(&seconds, &day)) strftime(at, sizeof at, "%Y-%m-%d %H:%M", &day);
        printf("%s  %s\n", at, words_at(cli, item));
    }
}

int command_history(struct cli *cli) {
    dealer_text *text = NULL;
    int64_t id;
    if (!read_id(cli->arguments[0], &id)) return end_with_id(cli, cli->arguments[0]);
    int code = open_session(cli, STORE_READ, "dealer history");
    if (code) return code;
    dealer_status status = dealer_document_history(cli->session, &text, id);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_history, EXIT_DONE);
}

/* -- list -- */

static char *make_query(struct cli *cli, int64_t limit, const char *after, size_t *length) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_doc *where = cli->options.where ? yyjson_read(cli->options.where, strlen(cli->options.where), 0) : NULL;
    char *text = NULL;
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_str(doc, root, "type", cli->arguments[0]);
    yyjson_mut_obj_add_int(doc, root, "limit", limit);
    if (where) yyjson_mut_obj_add_val(doc, root, "where", yyjson_val_mut_copy(doc, yyjson_doc_get_root(where)));
    if (cli->options.order) yyjson_mut_obj_add_str(doc, root, "order", cli->options.order);
    if (after) yyjson_mut_obj_add_str(doc, root, "after", after);
    if (where || !cli->options.where) text = yyjson_mut_write(doc, 0, length);
    yyjson_doc_free(where);
    yyjson_mut_doc_free(doc);
    return text;
}

struct listing {
    struct cli *cli;
    struct table table;
    const char *columns[COLUMNS_MOST];
    size_t column_count;
    char names[512];
    int64_t told, most;
};

static void read_columns(struct listing *listing) {
    static const char usual[] = "id,number,status,customer,owner";
    const char *fields = listing->cli->options.fields ? listing->cli->options.fields : usual;
    snprintf(listing->names, sizeof listing->names, "%s", fields);
    for (char *at = listing->names; at && *at && listing->column_count < COLUMNS_MOST;) {
        char *comma = strchr(at, ',');
        listing->columns[listing->column_count++] = at;
        if (comma) *comma++ = '\0';
        at = comma;
    }
    table_start(&listing->table, listing->column_count);
    for (size_t i = 0; i < listing->column_count && !listing->cli->options.json; i++)
        table_add(&listing->table, listing->columns[i]);
}

static void add_document(struct listing *listing, const dealer_text *json) {
    if (listing->cli->options.json) {
        printf("%s%s", listing->told ? "," : "", dealer_text_data(json));
        return;
    }
    yyjson_doc *doc = yyjson_read(dealer_text_data(json), dealer_text_length(json), 0);
    for (size_t i = 0; i < listing->column_count; i++) {
        char *text = as_text(yyjson_obj_get(yyjson_doc_get_root(doc), listing->columns[i]));
        table_add(&listing->table, text);
        free(text);
    }
    yyjson_doc_free(doc);
}

/* One page; *after_out is the caller's, NULL at the end. */
static dealer_status list_page(struct listing *listing, const char *query, size_t length, char **after_out) {
    dealer_list *list = NULL;
    dealer_document *document;
    dealer_status status = dealer_list_open(listing->cli->session, &list, query, length);
    *after_out = NULL;
    while (!status && (document = dealer_list_next(list)) != NULL) {
        dealer_text *json = NULL;
        status = dealer_document_to_json(document, &json);
        if (!status) add_document(listing, json);
        listing->told++;
        dealer_text_free(json);
        dealer_document_free(document);
    }
    const char *after = status ? NULL : dealer_list_after(list);
    if (after && (*after_out = malloc(strlen(after) + 1)) != NULL) strcpy(*after_out, after);
    dealer_list_free(list);
    return status;
}

static int list_pages(struct listing *listing) {
    struct cli *cli = listing->cli;
    char *after = NULL;
    dealer_status status = DEALER_OK;
    do {
        int64_t left = listing->most - listing->told;
        size_t length = 0;
        char *query = make_query(cli, left < PAGE ? left : PAGE, after, &length);
        free(after);
        after = NULL;
        if (!query)
            return end_with_words(cli, EXIT_USAGE, "--where must be JSON: %s", "--where 必须是 JSON：%s", cli->options.where);
        status = list_page(listing, query, length, &after);
        free(query);
    } while (!status && after && listing->told < listing->most && !was_interrupted());
    free(after);
    return status ? end_with_session_error(cli, status) : EXIT_DONE;
}

/* With --json the documents stream: a failure in the midst follows as a line of its own. */
int command_list(struct cli *cli) {
    struct listing listing = {.cli = cli, .most = cli->options.limit ? cli->options.limit : 50};
    int code = open_session(cli, STORE_READ, "dealer list");
    if (code) return code;
    read_columns(&listing);
    if (cli->options.json) printf("{\"dealer\":%d,\"command\":\"list\",\"ok\":true,\"result\":[", OUTPUT_VERSION);
    code = list_pages(&listing);
    if (cli->options.json)
        puts("]}");
    else
        table_print(&listing.table, true, cli->colour);
    return code;
}

/* -- outbox -- */

static void add_receiver(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    add_text(cli, table, row, member(row, "party") ? "party" : key);
}

static void print_messages(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {{"message", "消息", "id", NULL}, {"event", "事件", "event", NULL},
        {"to", "接收人", "person", add_receiver}, {"text", "内容", "text", add_words}};
    PRINT_LIST(cli, result, columns);
}

typedef dealer_status (*list_messages)(dealer_session *session, dealer_text **json_out, int64_t after, int32_t limit);

static int list(struct cli *cli, const char *note, list_messages read) {
    dealer_text *text = NULL;
    int64_t limit = cli->options.limit ? cli->options.limit : 100;
    int code = open_session(cli, STORE_READ, note);
    if (code) return code;
    dealer_status status = read(cli->session, &text, cli->options.after, limit > INT32_MAX ? INT32_MAX : (int32_t)limit);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_messages, EXIT_DONE);
}

int command_outbox_list(struct cli *cli) {
    return list(cli, "dealer outbox list", dealer_outbox);
}

int command_outbox_dead(struct cli *cli) {
    return list(cli, "dealer outbox dead", dealer_dead_letters);
}

static void print_acknowledged(struct cli *cli, yyjson_val *result) {
    printf(in_words(cli, "%lld messages acknowledged\n", "已确认 %lld 条消息\n"), (long long)number_at(result, "acknowledged"));
}

static void print_revived(struct cli *cli, yyjson_val *result) {
    printf(in_words(cli, "%lld messages taken up again\n", "已恢复投递 %lld 条消息\n"), (long long)number_at(result, "revived"));
}

/* All of them or none. */
static int mark(struct cli *cli, const char *note, dealer_status (*one)(dealer_session *session, int64_t message)) {
    int code = open_session(cli, STORE_WRITE, note);
    if (code) return code;
    dealer_status status = dealer_session_begin(cli->session);
    for (int i = 0; !status && i < cli->count; i++) {
        int64_t id;
        if (!read_id(cli->arguments[i], &id)) return end_with_id(cli, cli->arguments[i]);
        status = one(cli->session, id);
    }
    if (!status) status = dealer_session_commit(cli->session);
    return status ? end_with_session_error(cli, status) : 0;
}

int command_outbox_ack(struct cli *cli) {
    char json[64];
    int code = mark(cli, "dealer outbox ack", dealer_message_acknowledge);
    snprintf(json, sizeof json, "{\"acknowledged\":%d}", cli->count);
    return code ? code : answer_json(cli, json, print_acknowledged, EXIT_DONE);
}

int command_outbox_revive(struct cli *cli) {
    char json[64];
    int code = mark(cli, "dealer outbox revive", dealer_message_revive);
    snprintf(json, sizeof json, "{\"revived\":%d}", cli->count);
    return code ? code : answer_json(cli, json, print_revived, EXIT_DONE);
}

/* -- catalogue -- */

static void print_type(struct cli *cli, yyjson_val *type) {
    static const struct column columns[] = {
        {"field", "字段", "name", NULL}, {"kind", "种类", "kind", NULL}, {"means", "含义", "", add_words}};
    printf("%s  %s\n", text_at(type, "name"), words_at(cli, type));
    PRINT_LIST(cli, member(type, "fields"), columns);
}

static void print_catalogue(struct cli *cli, yyjson_val *result) {
    yyjson_arr_iter each;
    yyjson_val *type;
    yyjson_arr_iter_init(member(result, "types"), &each);
    while ((type = yyjson_arr_iter_next(&each)) != NULL) {
        if (cli->count == 0)
            printf("%-24s %s\n", text_at(type, "name"), words_at(cli, type));
        else if (strcmp(text_at(type, "name"), cli->arguments[0]) == 0)
            print_type(cli, type);
    }
}

static bool has_type(const dealer_text *text, const char *name) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(text), dealer_text_length(text), 0);
    yyjson_arr_iter each;
    yyjson_val *type;
    bool found = false;
    yyjson_arr_iter_init(member(yyjson_doc_get_root(doc), "types"), &each);
    while (!found && (type = yyjson_arr_iter_next(&each)) != NULL) found = strcmp(text_at(type, "name"), name) == 0;
    yyjson_doc_free(doc);
    return found;
}

int command_catalogue(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, cli->options.store ? STORE_READ : STORE_IN_MEMORY, "dealer catalogue");
    if (code) return code;
    dealer_status status = dealer_catalogue(cli->session, &text);
    if (!status && cli->count && !has_type(text, cli->arguments[0])) {
        dealer_text_free(text);
        return end_with_words(cli, EXIT_FOUND, "there is no document type %s", "没有单据类型 %s", cli->arguments[0]);
    }
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_catalogue, EXIT_DONE);
}
