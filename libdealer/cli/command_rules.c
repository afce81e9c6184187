/* Rule sets: looked at, tested, published, and told about. Trying them on the past is in command_trial.c. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* -- in force -- */

static void print_rules(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {{"rule", "规则", "id", NULL}, {"kind", "种类", "kind", NULL},
        {"type", "单据", "type", NULL}, {"title", "名称", "title", add_words}};
    PRINT_LIST(cli, member(result, "rules"), columns);
    if (number_at(result, "version"))
        printf("%s %lld  %s\n", in_words(cli, "version", "版本"), (long long)number_at(result, "version"), text_at(result, "hash"));
    else if (*text_at(result, "hash"))
        printf("%s\n", text_at(result, "hash"));
}

int command_rules_show(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer rules show");
    if (code) return code;
    dealer_status status = dealer_rules_in_force(cli->session, &text);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_rules, EXIT_DONE);
}

/* -- lint, test, publish -- */

/* Notes say only what was not looked at. */
static bool is_note(yyjson_val *warning) {
    return strcmp(text_at(warning, "kind"), "note") == 0;
}

static void print_warning(struct cli *cli, yyjson_val *warning) {
    static const char *const places[] = {"flow", "node", "rule", "department", "submitter"};
    printf("%s", is_note(warning) ? in_words(cli, "note:", "说明：") : in_words(cli, "warning:", "警告："));
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (*text_at(warning, places[i])) printf(" %s", text_at(warning, places[i]));
    printf(" - %s\n", words_at(cli, warning));
}

/* What a set is warned of: tables that do not hold together, flows that find nobody. Answers how many warnings there are; cli NULL: only that. */
static size_t tell_warnings(struct cli *cli, yyjson_val *result) {
    static const char *const lists[] = {"cases.warnings", "warnings"};
    yyjson_arr_iter each;
    yyjson_val *warning;
    size_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        yyjson_arr_iter_init(member(result, lists[i]), &each);
        while ((warning = yyjson_arr_iter_next(&each)) != NULL) {
            if (cli) print_warning(cli, warning);
            count += !is_note(warning);
        }
    }
    return count;
}

static bool is_warned(const dealer_text *report) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(report), dealer_text_length(report), 0);
    size_t count = tell_warnings(NULL, yyjson_doc_get_root(doc));
    yyjson_doc_free(doc);
    return count > 0;
}

/* How much of each rule its cases run, and which lines none of them does. */
static void print_coverage(struct cli *cli, yyjson_val *list) {
    yyjson_arr_iter each, lines;
    yyjson_val *rule, *line;
    yyjson_arr_iter_init(list, &each);
    while ((rule = yyjson_arr_iter_next(&each)) != NULL) {
        yyjson_val *uncovered = member(rule, "uncovered");
        printf(in_words(cli, "%s: %lld of %lld lines, %lld of %lld ways at branches", "%s：行 %lld/%lld，分支 %lld/%lld"),
            text_at(rule, "file"), (long long)number_at(rule, "covered"), (long long)number_at(rule, "lines"),
            (long long)number_at(rule, "taken"), (long long)number_at(rule, "branches"));
        if (yyjson_arr_size(uncovered)) printf("%s", in_words(cli, "; never run: line", "；未运行的行："));
        yyjson_arr_iter_init(uncovered, &lines);
        while ((line = yyjson_arr_iter_next(&lines)) != NULL) printf(" %lld", (long long)yyjson_get_sint(line));
        puts("");
    }
}

/* Of a set in which all pass; the others are refused with the reasons. */
static void print_cases(struct cli *cli, yyjson_val *result) {
    yyjson_val *cases = member(result, "cases"), *one;
    yyjson_arr_iter each;
    yyjson_arr_iter_init(member(cases, "results"), &each);
    while ((one = yyjson_arr_iter_next(&each)) != NULL) {
        printf("%s  %s: %s\n", in_words(cli, "ok", "通过"), text_at(one, "file"), text_at(one, "case"));
    }
    print_coverage(cli, member(cases, "coverage"));
    printf(in_words(cli, "%lld cases, %lld failed\n", "%lld 个用例，%lld 个不通过\n"), (long long)number_at(cases, "cases"),
        (long long)number_at(cases, "failed"));
    tell_warnings(cli, result);
}

static void print_lint(struct cli *cli, yyjson_val *result) {
    size_t count = tell_warnings(cli, result), rules = yyjson_arr_size(member(result, "rules"));
    int64_t cases = number_at(result, "cases.cases");
    if (count)
        printf(in_words(cli, "%zu rules, %lld cases: %zu warnings\n", "%zu 条规则、%lld 个用例：%zu 条警告\n"), rules,
            (long long)cases, count);
    else
        printf(
            in_words(cli, "%zu rules, %lld cases: all is well\n", "%zu 条规则、%lld 个用例：没有问题\n"), rules, (long long)cases);
}

static void print_published(struct cli *cli, yyjson_val *result) {
    print_rules(cli, result);
    tell_warnings(cli, result);
}

/* Without --store the rules are checked by themselves, against no configuration. */
static int take_rules(struct cli *cli, bool check_only, dealer_text **report_out) {
    size_t length = 0;
    bool alone = check_only && !cli->options.store;
    int code = open_session(cli,
        alone        ? STORE_IN_MEMORY
        : check_only ? STORE_READ
                     : STORE_WRITE,
        check_only ? "dealer rules test" : "dealer rules publish");
    char *files = code ? NULL : read_rules(cli, cli->arguments[0], &length, &code);
    if (!files) return code;
    dealer_status status = dealer_rules_publish(cli->session, report_out, files, length, check_only);
    free(files);
    return status ? end_with_session_error(cli, status) : EXIT_DONE;
}

int command_rules_lint(struct cli *cli) {
    dealer_text *report = NULL;
    int code = take_rules(cli, true, &report);
    return code ? code : answer(cli, report, print_lint, is_warned(report) ? EXIT_FOUND : EXIT_DONE);
}

int command_rules_test(struct cli *cli) {
    dealer_text *report = NULL;
    int code = take_rules(cli, true, &report);
    return code ? code : answer(cli, report, print_cases, EXIT_DONE);
}

int command_rules_publish(struct cli *cli) {
    dealer_text *report = NULL;
    int code = take_rules(cli, false, &report);
    return code ? code : answer(cli, report, print_published, EXIT_DONE);
}

int command_rules_starter(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_IN_MEMORY, "dealer rules starter");
    if (code) return code;
    dealer_status status = dealer_rules_starter(cli->session, &text);
    if (status) return end_with_session_error(cli, status);
    code = cli->count ? write_rules(cli, cli->arguments[0], dealer_text_data(text), dealer_text_length(text))
                      : write_output(cli, dealer_text_data(text), dealer_text_length(text));
    if (!code && !cli->count) putchar('\n');
    dealer_text_free(text);
    return code;
}

/* -- explain -- */

static void print_reasons(struct cli *cli, yyjson_val *list) {
    yyjson_arr_iter each;
    yyjson_val *item;
    yyjson_arr_iter_init(list, &each);
    while ((item = yyjson_arr_iter_next(&each)) != NULL) {
        char *amount = as_text(member(item, "amount"));
        int64_t bp = number_at(item, "percent_bp");
        printf("    %s", words_at(cli, item));
        if (amount && *amount)
            printf(": %s", amount);
        else if (bp)
            printf(": %s%lld.%02lld %%", bp < 0 ? "-" : "+", (long long)llabs(bp) / 100, (long long)llabs(bp) % 100);
        puts("");
        free(amount);
    }
}

static void print_amounts(struct cli *cli, yyjson_val *result) {
    static const struct {
        const char *key, *en, *zh;
    } amounts[] = {{"valuation", "value", "估值"}, {"low", "at least", "下限"}, {"high", "at most", "上限"},
        {"allowance", "allowance", "冲抵金额"}};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        yyjson_val *money = member(result, amounts[i].key);
        char *text = money ? as_text(money) : NULL;
        if (text) printf("    %s: %s\n", in_words(cli, amounts[i].en, amounts[i].zh), text);
        free(text);
    }
}

static void print_decision(struct cli *cli, yyjson_val *item) {
    yyjson_val *decision = member(item, "detail"), *result = member(decision, "result");
    printf("#%lld  %s  %s\n", (long long)number_at(item, "id"), text_at(decision, "rule"), text_at(item, "kind"));
    print_amounts(cli, result);
    print_reasons(cli, member(result, "adjustments"));
    print_reasons(cli, member(result, "reasons"));
    print_reasons(cli, member(result, "near_misses"));
    printf(in_words(cli, "    rule set %lld; %lld instructions, %lld bytes\n", "    规则集 %lld；%lld 条指令，%lld 字节\n"),
        (long long)number_at(decision, "rule_set"), (long long)number_at(decision, "instructions"),
        (long long)number_at(decision, "bytes"));
}

static void print_decisions(struct cli *cli, yyjson_val *result) {
    yyjson_arr_iter each;
    yyjson_val *item;
    size_t told = 0;
    yyjson_arr_iter_init(member(result, "history"), &each);
    while ((item = yyjson_arr_iter_next(&each)) != NULL) {
        if (strcmp(text_at(item, "of"), "rule") != 0) continue;
        print_decision(cli, item);
        told++;
    }
    if (told == 0) puts(in_words(cli, "no rule was asked about it", "没有规则被询问"));
}

int command_rules_explain(struct cli *cli) {
    dealer_text *text = NULL;
    char *end = NULL;
    long long id = strtoll(cli->arguments[0], &end, 10);
    if (*end || id <= 0)
        return end_with_words(
            cli, EXIT_USAGE, "a document's id was expected, not %s", "应为单据编号，而不是 %s", cli->arguments[0]);
    int code = open_session(cli, STORE_READ, "dealer rules explain");
    if (code) return code;
    dealer_status status = dealer_document_history(cli->session, &text, id);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_decisions, EXIT_DONE);
}
