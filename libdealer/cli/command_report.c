/* A manager's questions, as tables. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* -- which there are -- */

static void add_names(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    char words[512] = "";
    size_t index, count, used = 0;
    yyjson_val *word;
    (void)cli;
    yyjson_arr_foreach(member(row, key), index, count, word) {
        int added = snprintf(words + used, sizeof words - used, "%s%s", index ? " " : "", yyjson_get_str(word));
        used += added > 0 && (size_t)added < sizeof words - used ? (size_t)added : 0;
    }
    table_add(table, words);
}

static void print_reports(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {
        {"report", "报表", "report", NULL}, {"tells", "内容", "title", add_words}, {"by", "分组", "by", add_names}};
    PRINT_LIST(cli, member(result, "reports"), columns);
}

/* -- one of them -- */

static bool is_money(yyjson_val *report, const char *sum) {
    size_t index, count;
    yyjson_val *name;
    yyjson_arr_foreach(member(report, "money"), index, count, name) if (strcmp(yyjson_get_str(name), sum) == 0) return true;
    return false;
}

/* What the list of reports says of one. */
static yyjson_val *find_report(yyjson_val *list, const char *name) {
    size_t index, count;
    yyjson_val *report;
    yyjson_arr_foreach(
        member(list, "reports"), index, count, report) if (strcmp(text_at(report, "report"), name) == 0) return report;
    return NULL;
}

/* A person or a place by its name. */
static void add_key(struct table *table, yyjson_val *row, const char *key) {
    char name[64];
    snprintf(name, sizeof name, "%s_name", key);
    char *text = as_text(member(row, member(row, name) ? name : key));
    table_add(table, text);
    free(text);
}

static void add_row(struct table *table, yyjson_val *row, yyjson_val *by, yyjson_val *report) {
    size_t index, count;
    yyjson_val *key, *sum;
    yyjson_arr_foreach(by, index, count, key) add_key(table, row, yyjson_get_str(key));
    yyjson_arr_foreach(member(report, "sums"), index, count, sum) {
        const char *name = yyjson_get_str(sum);
        char *text = is_money(report, name) ? money_text(number_at(row, name), "") : as_text(member(row, name));
        table_add(table, text);
        free(text);
    }
}

static void print_rows(struct cli *cli, yyjson_val *result, yyjson_val *report) {
    struct table table;
    size_t index, count;
    yyjson_val *by = member(result, "by"), *name, *row, *sums = member(report, "sums");
    table_start(&table, yyjson_arr_size(by) + yyjson_arr_size(sums));
    yyjson_arr_foreach(by, index, count, name) table_add(&table, yyjson_get_str(name));
    yyjson_arr_foreach(sums, index, count, name) table_add(&table, yyjson_get_str(name));
    yyjson_arr_foreach(member(result, "rows"), index, count, row) add_row(&table, row, by, report);
    table_print(&table, true, cli->colour);
    if (yyjson_arr_size(member(result, "hidden")))
        puts(in_words(cli, "some figures are hidden from the asker and left out", "部分数据对查询人不可见，未计入"));
}

static void print_report(struct cli *cli, yyjson_val *result) {
    dealer_text *text = NULL;
    if (dealer_report(cli->session, &text, NULL, NULL, 0)) return;
    yyjson_doc *doc = yyjson_read(dealer_text_data(text), dealer_text_length(text), 0);
    print_rows(cli, result, find_report(yyjson_doc_get_root(doc), text_at(result, "report")));
    yyjson_doc_free(doc);
    dealer_text_free(text);
}

/* -- parameters: --query as JSON, --group and --where beside it -- */

static void add_group(yyjson_mut_doc *doc, yyjson_mut_val *root, const char *group) {
    yyjson_mut_val *by = yyjson_mut_arr(doc);
    for (const char *at = group; *at;) {
        size_t length = strcspn(at, ",");
        if (length) yyjson_mut_arr_add_strncpy(doc, by, at, length);
        at += length + (at[length] == ',');
    }
    yyjson_mut_obj_put(root, yyjson_mut_str(doc, "by"), by);
}

static bool add_where(yyjson_mut_doc *doc, yyjson_mut_val *root, const char *where) {
    yyjson_doc *condition = yyjson_read(where, strlen(where), 0);
    if (!condition) return false;
    yyjson_mut_obj_put(root, yyjson_mut_str(doc, "where"), yyjson_val_mut_copy(doc, yyjson_doc_get_root(condition)));
    yyjson_doc_free(condition);
    return true;
}

/* NULL: something is no JSON. The caller frees it. */
static char *make_parameters(const struct cli *cli, size_t *length) {
    const char *given = cli->options.query ? cli->options.query : "{}";
    yyjson_doc *read = yyjson_read(given, strlen(given), 0);
    yyjson_mut_doc *doc = read ? yyjson_doc_mut_copy(read, NULL) : NULL;
    yyjson_mut_val *root = doc ? yyjson_mut_doc_get_root(doc) : NULL;
    bool sound = yyjson_mut_is_obj(root);
    if (sound && cli->options.group) add_group(doc, root, cli->options.group);
    if (sound && cli->options.where) sound = add_where(doc, root, cli->options.where);
    char *text = sound ? yyjson_mut_write(doc, 0, length) : NULL;
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(read);
    return text;
}

int command_report(struct cli *cli) {
    dealer_text *text = NULL;
    size_t length = 0;
    const char *name = cli->count ? cli->arguments[0] : NULL;
    int code = open_session(cli, STORE_READ, "dealer report");
    if (code) return code;
    char *parameters = make_parameters(cli, &length);
    if (!parameters)
        return end_with_words(cli, EXIT_USAGE, "--query and --where must be JSON%s", "--query 与 --where 必须是 JSON%s", "");
    dealer_status status = dealer_report(cli->session, &text, name, parameters, length);
    free(parameters);
    return status ? end_with_session_error(cli, status) : answer(cli, text, name ? print_report : print_reports, EXIT_DONE);
}
