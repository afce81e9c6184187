/* The store as a whole: making it, looking at it, proving it sound. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

static void print_pairs(struct cli *cli, yyjson_val *result) {
    struct table table;
    yyjson_obj_iter each;
    yyjson_val *key;
    table_start(&table, 2);
    yyjson_obj_iter_init(result, &each);
    while ((key = yyjson_obj_iter_next(&each)) != NULL) {
        char *text = as_text(yyjson_obj_iter_get_val(key));
        table_add(&table, yyjson_get_str(key));
        table_add(&table, text);
        free(text);
    }
    table_print(&table, false, cli->colour);
}

/* -- init -- */

static dealer_status put_starter(struct cli *cli) {
    dealer_text *text = NULL;
    dealer_status status = dealer_configuration_starter(cli->session, &text);
    if (!status) status = dealer_configuration_apply(cli->session, NULL, dealer_text_data(text), dealer_text_length(text), 0);
    dealer_text_free(text);
    text = NULL;
    if (!status) status = dealer_rules_starter(cli->session, &text);
    if (!status) status = dealer_rules_publish(cli->session, NULL, dealer_text_data(text), dealer_text_length(text), 0);
    dealer_text_free(text);
    return status;
}

int command_init(struct cli *cli) {
    const char *path = cli->options.store;
    FILE *there = path ? fopen(path, "rb") : NULL;
    if (there) {
        fclose(there);
        return end_with_words(cli, EXIT_FOUND, "%s exists already", "%s 已存在", path);
    }
    int code = open_session(cli, STORE_CREATE, "dealer init");
    if (code) return code;
    dealer_text *text = NULL;
    dealer_status status = cli->options.starter ? put_starter(cli) : DEALER_OK;
    if (status) return end_with_session_error(cli, status);
    status = dealer_store_information(cli->store, &text);
    return status ? end_with_error(cli, status, NULL) : answer(cli, text, print_pairs, EXIT_DONE);
}

/* -- status -- */

int command_status(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_store(cli, STORE_READ);
    if (code) return code;
    dealer_status status = dealer_store_information(cli->store, &text);
    return status ? end_with_error(cli, status, NULL) : answer(cli, text, print_pairs, EXIT_DONE);
}

/* -- backup -- */

static bool is_cancelled(const dealer_text *report) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(report), dealer_text_length(report), 0);
    bool cancelled = yyjson_get_bool(member(yyjson_doc_get_root(doc), "cancelled"));
    yyjson_doc_free(doc);
    return cancelled;
}

int command_backup(struct cli *cli) {
    struct bar bar;
    dealer_text *report = NULL;
    int code = open_session(cli, STORE_READ, "dealer backup");
    if (code) return code;
    bar_start(&bar, cli, in_words(cli, "pages", "页"));
    dealer_status status = dealer_store_backup(cli->session, &report, cli->arguments[0], bar_progress, &bar);
    bar_end(&bar);
    if (status) return end_with_session_error(cli, status);
    if (!is_cancelled(report)) return answer(cli, report, print_pairs, EXIT_DONE);
    dealer_text_free(report);
    return end_with_words(cli, EXIT_INTERRUPTED, "interrupted; there is no copy%s", "已中断，未留下备份%s", "");
}

/* -- check and verify -- */

static void print_findings(struct cli *cli, yyjson_val *result) {
    yyjson_val *findings = yyjson_is_arr(result) ? result : member(result, "findings"), *finding;
    yyjson_arr_iter each;
    yyjson_arr_iter_init(findings, &each);
    while ((finding = yyjson_arr_iter_next(&each)) != NULL) printf("%s\n", yyjson_get_str(finding));
    if (yyjson_arr_size(findings) == 0) puts(in_words(cli, "the store is sound", "数据存储完好"));
}

static int code_of_findings(const dealer_text *findings) {
    return strcmp(dealer_text_data(findings), "[]") == 0 ? EXIT_DONE : EXIT_FOUND;
}

int command_check(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer check");
    if (code) return code;
    dealer_status status = dealer_store_verify(cli->session, &text);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_findings, code_of_findings(text));
}

struct proof {
    dealer_text *findings, *replay;
    int64_t entries, bad, different;
    bool cancelled;
};

static dealer_status prove(struct cli *cli, struct proof *proof) {
    struct bar bar;
    dealer_status status = dealer_store_verify(cli->session, &proof->findings);
    if (!status) status = dealer_journal_verify(cli->session, &proof->entries, &proof->bad);
    if (status) return status;
    bar_start(&bar, cli, in_words(cli, "replay", "重放"));
    status = dealer_replay_all(cli->session, &proof->replay, bar_progress, &bar);
    bar_end(&bar);
    yyjson_doc *doc = yyjson_read(dealer_text_data(proof->replay), dealer_text_length(proof->replay), 0);
    proof->different = number_at(yyjson_doc_get_root(doc), "different");
    proof->cancelled = yyjson_get_bool(member(yyjson_doc_get_root(doc), "cancelled"));
    yyjson_doc_free(doc);
    return status;
}

static void print_proof(struct cli *cli, yyjson_val *result) {
    print_findings(cli, result);
    printf(in_words(cli, "journal: %lld entries, ", "日志：%lld 条，"), (long long)number_at(result, "journal.entries"));
    if (number_at(result, "journal.bad"))
        printf(in_words(cli, "entry %lld does not fit the chain\n", "第 %lld 条与链不符\n"),
            (long long)number_at(result, "journal.bad"));
    else
        puts(in_words(cli, "the chain is whole", "链完整"));
    printf(in_words(cli, "decisions: %lld replayed, %lld differ\n", "决策：重放 %lld 条，%lld 条不同\n"),
        (long long)number_at(result, "replay.decisions"), (long long)number_at(result, "replay.different"));
}

int command_verify(struct cli *cli) {
    struct proof proof = {0};
    int code = open_session(cli, STORE_READ, "dealer verify");
    if (code) return code;
    dealer_status status = prove(cli, &proof);
    if (status) {
        code = end_with_session_error(cli, status);
    } else if (proof.cancelled) {
        code = end_interrupted(cli);
    } else {
        size_t size = dealer_text_length(proof.findings) + dealer_text_length(proof.replay) + 128;
        char *json = malloc(size);
        bool sound = code_of_findings(proof.findings) == EXIT_DONE && !proof.bad && !proof.different;
        if (json)
            snprintf(json, size, "{\"findings\":%s,\"journal\":{\"entries\":%lld,\"bad\":%lld},\"replay\":%s}",
                dealer_text_data(proof.findings), (long long)proof.entries, (long long)proof.bad, dealer_text_data(proof.replay));
        code = answer_json(cli, json ? json : "{}", print_proof, sound ? EXIT_DONE : EXIT_FOUND);
        free(json);
    }
    dealer_text_free(proof.findings);
    dealer_text_free(proof.replay);
    return code;
}

/* -- journal -- */

static void print_journal(struct cli *cli, yyjson_val *result) {
    int64_t bad = number_at(result, "bad");
    printf(in_words(cli, "%lld entries; ", "共 %lld 条；"), (long long)number_at(result, "entries"));
    if (bad)
        printf(in_words(cli, "entry %lld does not fit the chain\n", "第 %lld 条与链不符\n"), (long long)bad);
    else
        puts(in_words(cli, "the chain is whole", "链完整"));
}

static void print_comparison(struct cli *cli, yyjson_val *result) {
    printf("%s\n", yyjson_get_str(member(result, in_words(cli, "en", "zh"))));
}

/* The head as `journal head` gave it, with or without what --json puts around it. */
static char *head_of(const char *text, size_t length) {
    yyjson_doc *doc = yyjson_read(text, length, 0);
    yyjson_val *root = yyjson_doc_get_root(doc), *inner = member(root, "result");
    char *head = yyjson_val_write(inner ? inner : root, 0, NULL);
    yyjson_doc_free(doc);
    return head;
}

static int compare_journal(struct cli *cli, const char *path) {
    dealer_text *found = NULL;
    size_t length = 0;
    int code = EXIT_DONE;
    char *text = read_file(cli, path, &length, &code);
    if (!text) return code;
    char *head = head_of(text, length);
    const char *given = head ? head : text; /* what is no JSON is for the library to refuse */
    dealer_status status = dealer_journal_compare(cli->session, &found, given, strlen(given));
    free(head);
    free(text);
    if (status) return end_with_session_error(cli, status);
    bool whole = strstr(dealer_text_data(found), "\"flaw\":null") != NULL;
    return answer(cli, found, print_comparison, whole ? EXIT_DONE : EXIT_FOUND);
}

int command_journal_verify(struct cli *cli) {
    char json[96];
    int64_t entries = 0, bad = 0;
    int code = open_session(cli, STORE_READ, "dealer journal verify");
    if (code) return code;
    if (cli->count) return compare_journal(cli, cli->arguments[0]);
    dealer_status status = dealer_journal_verify(cli->session, &entries, &bad);
    if (status) return end_with_session_error(cli, status);
    snprintf(json, sizeof json, "{\"entries\":%lld,\"bad\":%lld}", (long long)entries, (long long)bad);
    return answer_json(cli, json, print_journal, bad ? EXIT_FOUND : EXIT_DONE);
}

int command_journal_head(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer journal head");
    if (code) return code;
    dealer_status status = dealer_journal_head(cli->session, &text);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_pairs, EXIT_DONE);
}
