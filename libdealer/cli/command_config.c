/* The configuration: out, in, checked, and what a change would mean. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

int command_config_export(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer config export");
    if (code) return code;
    dealer_status status = dealer_configuration_export(cli->session, &text);
    if (status) return end_with_session_error(cli, status);
    /* Canonical, as a document of its own also with --json: it is what import takes. */
    code = write_output(cli, dealer_text_data(text), dealer_text_length(text));
    if (!code && !cli->options.output) putchar('\n');
    dealer_text_free(text);
    return code;
}

static void print_config_findings(struct cli *cli, yyjson_val *result) {
    yyjson_arr_iter each;
    yyjson_val *finding;
    yyjson_arr_iter_init(result, &each);
    while ((finding = yyjson_arr_iter_next(&each)) != NULL) printf("%s: %s\n", text_at(finding, "path"), words_at(cli, finding));
    if (yyjson_arr_size(result) == 0) puts(in_words(cli, "the configuration holds together", "配置完整有效"));
}

static int take_config(struct cli *cli, bool check_only) {
    size_t length = 0;
    dealer_text *findings = NULL;
    int code = open_session(cli, STORE_WRITE, check_only ? "dealer config check" : "dealer config import");
    char *json = code ? NULL : read_file(cli, cli->arguments[0], &length, &code);
    if (!json) return code;
    dealer_status status = dealer_configuration_apply(cli->session, &findings, json, length, check_only);
    free(json);
    if (status == DEALER_E_CONFIGURATION && findings) return answer(cli, findings, print_config_findings, EXIT_FOUND);
    if (status) {
        dealer_text_free(findings);
        return end_with_session_error(cli, status);
    }
    return answer(cli, findings, print_config_findings, EXIT_DONE);
}

int command_config_import(struct cli *cli) {
    return take_config(cli, false);
}

int command_config_check(struct cli *cli) {
    return take_config(cli, true);
}

static void add_change(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    bool gains = strcmp(text_at(row, key), "gains") == 0;
    table_add(table, gains ? in_words(cli, "gains", "获得") : in_words(cli, "loses", "失去"));
}

static void print_preview(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {{"person", "人员", "person", NULL}, {"change", "变化", "change", add_change},
        {"function", "功能", "function", NULL}, {"documents", "单据数", "documents", NULL}};
    yyjson_arr_iter each;
    yyjson_val *item;
    yyjson_arr_iter_init(member(result, "changes"), &each);
    while ((item = yyjson_arr_iter_next(&each)) != NULL) {
        char *before = as_text(member(item, "before")), *after = as_text(member(item, "after"));
        printf("%s\n  - %s\n  + %s\n", text_at(item, "path"), before ? before : "", after ? after : "");
        free(before);
        free(after);
    }
    PRINT_LIST(cli, member(result, "people"), columns);
}

int command_config_preview(struct cli *cli) {
    size_t length = 0;
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_WRITE, "dealer config preview");
    char *json = code ? NULL : read_file(cli, cli->arguments[0], &length, &code);
    if (!json) return code;
    dealer_status status = dealer_configuration_preview(cli->session, &text, json, length, cli->options.limit);
    free(json);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_preview, EXIT_DONE);
}
