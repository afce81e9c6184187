/* Rules tried on the past: backtest and replay. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* -- backtest -- */

/* Of documents without a valuation there is nothing to add up. */
static void add_total(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    (*text_at(row, "currency") ? add_minor : add_text)(cli, table, row, *text_at(row, "currency") ? key : "currency");
}

static void print_totals(struct cli *cli, yyjson_val *report) {
    static const struct column columns[] = {{"group", "分组", "group", NULL}, {"documents", "单据", "documents", NULL},
        {"changed", "变化", "changed", NULL}, {"valuation", "估值差额", "valuation.difference_minor", add_total},
        {"allowance", "冲抵差额", "allowance.difference_minor", add_total}};
    PRINT_LIST(cli, member(report, "totals"), columns);
}

static void add_sides(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    char outcome[64];
    yyjson_val *sides = member(row, key);
    (void)cli;
    snprintf(outcome, sizeof outcome, "%s -> %s", text_at(sides, "before"), text_at(sides, "after"));
    table_add(table, outcome);
}

static void print_changed(struct cli *cli, yyjson_val *report) {
    static const struct column columns[] = {{"document", "单据", "document", NULL}, {"number", "单号", "number", NULL},
        {"owner", "制单人", "owner", NULL}, {"valuation", "估值差额", "valuation.difference_minor", add_minor},
        {"allowance", "冲抵差额", "allowance.difference_minor", add_minor}, {"outcome", "结论", "outcome", add_sides}};
    PRINT_LIST(cli, member(report, "rows"), columns);
}

static void print_backtest(struct cli *cli, yyjson_val *report) {
    printf(
        in_words(cli,
            "%lld documents, %lld would differ (%lld valuations, %lld allowances, %lld outcomes, %lld routes, %lld rules failed)\n",
            "共 %lld 张单据，%lld 张会有不同（估值 %lld、冲抵 %lld、结论 %lld、路线 %lld、规则失败 %lld）\n"),
        (long long)number_at(report, "documents"), (long long)number_at(report, "changed"),
        (long long)number_at(report, "changes.valuation"), (long long)number_at(report, "changes.allowance"),
        (long long)number_at(report, "changes.outcome"), (long long)number_at(report, "changes.route"),
        (long long)number_at(report, "changes.failed"));
    if (number_at(report, "documents")) print_totals(cli, report);
    if (number_at(report, "changed")) print_changed(cli, report);
    if (number_at(report, "rows_left_out"))
        printf(in_words(cli, "%lld more rows are left out (--rows)\n", "另有 %lld 行未列出（--rows）\n"),
            (long long)number_at(report, "rows_left_out"));
}

static bool is_cancelled(const dealer_text *text) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(text), dealer_text_length(text), 0);
    bool cancelled = yyjson_get_bool(member(yyjson_doc_get_root(doc), "cancelled"));
    yyjson_doc_free(doc);
    return cancelled;
}

static int tell_backtest(struct cli *cli, dealer_text *report) {
    int code;
    if (was_interrupted() && (cli->options.csv || is_cancelled(report))) {
        dealer_text_free(report);
        return end_interrupted(cli);
    }
    if (!cli->options.csv) return answer(cli, report, print_backtest, EXIT_DONE);
    code = write_output(cli, dealer_text_data(report), dealer_text_length(report));
    dealer_text_free(report);
    return code;
}

static const char *length_of(const char *text, size_t *length) {
    *length = text ? strlen(text) : 0;
    return text;
}

int command_rules_backtest(struct cli *cli) {
    dealer_backtest_options options = DEALER_BACKTEST_OPTIONS_INIT;
    dealer_text *report = NULL;
    struct bar bar;
    int code = open_session(cli, cli->options.no_record ? STORE_READ : STORE_WRITE, "dealer rules backtest");
    char *files = code ? NULL : read_rules(cli, cli->arguments[0], &options.files_length, &code);
    if (!files) return code;
    options.files = files;
    options.query = length_of(cli->options.query, &options.query_length);
    options.group = cli->options.group;
    options.format = cli->options.csv ? DEALER_BACKTEST_CSV : DEALER_BACKTEST_JSON;
    options.rows = cli->options.rows > INT32_MAX ? INT32_MAX : (int32_t)cli->options.rows;
    options.threads = cli->options.threads > INT32_MAX ? INT32_MAX : (int32_t)cli->options.threads;
    options.record = !cli->options.no_record;
    options.progress = bar_progress;
    options.progress_user_data = &bar;
    bar_start(&bar, cli, in_words(cli, "backtest", "回测"));
    dealer_status status = dealer_backtest(cli->session, &report, &options);
    bar_end(&bar);
    free(files);
    return status ? end_with_session_error(cli, status) : tell_backtest(cli, report);
}

/* -- replay -- */

static void print_difference(struct cli *cli, yyjson_val *one) {
    bool same = yyjson_get_bool(member(one, "same"));
    printf("#%lld  %s: %s\n", (long long)number_at(one, "decision"), text_at(one, "rule"),
        same ? in_words(cli, "the same", "相同") : in_words(cli, "differs", "不同"));
    if (member(one, "error")) printf("    %s\n", words_at(cli, member(one, "error")));
}

static void print_replays(struct cli *cli, yyjson_val *report) {
    yyjson_arr_iter each;
    yyjson_val *one;
    printf(in_words(cli, "%lld decisions replayed, %lld differ\n", "重放 %lld 条决策，%lld 条不同\n"),
        (long long)number_at(report, "decisions"), (long long)number_at(report, "different"));
    yyjson_arr_iter_init(member(report, "differences"), &each);
    while ((one = yyjson_arr_iter_next(&each)) != NULL) print_difference(cli, one);
}

static bool holds(const dealer_text *text, const char *key, int64_t wanted, bool truth) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(text), dealer_text_length(text), 0);
    yyjson_val *value = member(yyjson_doc_get_root(doc), key);
    bool found = truth ? yyjson_get_bool(value) : yyjson_get_sint(value) == wanted;
    yyjson_doc_free(doc);
    return found;
}

static int replay_one(struct cli *cli) {
    dealer_text *text = NULL;
    char *end = NULL;
    long long id = strtoll(cli->arguments[0], &end, 10);
    if (*end || id <= 0)
        return end_with_words(
            cli, EXIT_USAGE, "a decision's id was expected, not %s", "应为决策编号，而不是 %s", cli->arguments[0]);
    dealer_status status = dealer_decision_replay(cli->session, &text, id);
    if (status) return end_with_session_error(cli, status);
    return answer(cli, text, print_difference, holds(text, "same", 0, true) ? EXIT_DONE : EXIT_FOUND);
}

int command_rules_replay(struct cli *cli) {
    dealer_text *text = NULL;
    struct bar bar;
    int code = open_session(cli, STORE_READ, "dealer rules replay");
    if (code) return code;
    if (cli->count) return replay_one(cli);
    bar_start(&bar, cli, in_words(cli, "replay", "重放"));
    dealer_status status = dealer_replay_all(cli->session, &text, bar_progress, &bar);
    bar_end(&bar);
    if (status) return end_with_session_error(cli, status);
    if (was_interrupted() && is_cancelled(text)) {
        dealer_text_free(text);
        return end_interrupted(cli);
    }
    return answer(cli, text, print_replays, holds(text, "different", 0, false) ? EXIT_DONE : EXIT_FOUND);
}
