/* Rule sets: looked at, tested, published, and told about. Trying them on the past is in command_trial.c. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

/* -- in force -- */

static void print_rules(struct cli *cli, yyjson_val *result) {
    struct table table;
    yyjson_arr_iter each;
    yyjson_val *rule;
    table_start(&table, 4);
    table_add(&table, in_words(cli, "rule", "规则"));
    table_add(&table, in_words(cli, "kind", "种类"));
    table_add(&table, in_words(cli, "type", "单据"));
    table_add(&table, in_words(cli, "title", "名称"));
    yyjson_arr_iter_init(member(result, "rules"), &each);
    while ((rule = yyjson_arr_iter_next(&each)) != NULL) {
        table_add(&table, text_at(rule, "id"));
        table_add(&table, text_at(rule, "kind"));
        table_add(&table, text_at(rule, "type"));
        table_add(&table, words_at(cli, member(rule, "title")));
    }
    table_print(&table, true, cli->colour);
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

static void print_cases(struct cli *cli, yyjson_val *result) {
    yyjson_val *cases = member(result, "cases"), *one;
    yyjson_arr_iter each;
    yyjson_arr_iter_init(member(cases, "results"), &each);
    while ((one = yyjson_arr_iter_next(&each)) != NULL) {
        bool passed = yyjson_get_bool(member(one, "passed"));
        printf("%s  %s: %s\n", passed ? in_words(cli, "ok    ", "通过  ") : in_words(cli, "FAILED", "不通过"), text_at(one, "file"),
            text_at(one, "case"));
        if (!passed) printf("        %s\n", words_at(cli, one));
    }
    printf(in_words(cli, "%lld cases, %lld failed\n", "%lld 个用例，%lld 个不通过\n"), (long long)number_at(cases, "cases"),
        (long long)number_at(cases, "failed"));
}

static void print_lint(struct cli *cli, yyjson_val *result) {
    printf(in_words(cli, "%zu rules, %lld cases: all is well\n", "%zu 条规则、%lld 个用例：没有问题\n"),
        yyjson_arr_size(member(result, "rules")), (long long)number_at(result, "cases.cases"));
}

/* Without --store the rules are checked by themselves, against no configuration. */
static int take_rules(struct cli *cli, bool check_only, print_function print) {
    size_t length = 0;
    dealer_text *report = NULL;
    bool alone = check_only && !cli->options.store;
    int code = open_session(cli,
        alone        ? STORE_IN_MEMORY
        : check_only ? STORE_READ
                     : STORE_WRITE,
        check_only ? "dealer rules test" : "dealer rules publish");
    char *files = code ? NULL : read_rules(cli, cli->arguments[0], &length, &code);
    if (!files) return code;
    dealer_status status = dealer_rules_publish(cli->session, &report, files, length, check_only);
    free(files);
    return status ? end_with_session_error(cli, status) : answer(cli, report, print, EXIT_DONE);
}

int command_rules_lint(struct cli *cli) {
    return take_rules(cli, true, print_lint);
}

int command_rules_test(struct cli *cli) {
    return take_rules(cli, true, print_cases);
}

int command_rules_publish(struct cli *cli) {
    return take_rules(cli, false, print_rules);
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
