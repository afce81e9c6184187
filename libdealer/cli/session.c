/* The store and session that commands work with, and how they tell what went wrong. */
#include "cli.h"
#include <stdlib.h>
#include <string.h>

const char *in_words(const struct cli *cli, const char *en, const char *zh) {
    return cli->language == DEALER_LANGUAGE_ZH ? zh : en;
}

/* -- ending -- */

/* What the caller could set right, or must accept, is a refusal; all else is a failure. */
int exit_of(dealer_status status) {
    switch (status) {
    case DEALER_OK: return EXIT_DONE;
    case DEALER_E_INVALID:
    case DEALER_E_NOT_FOUND:
    case DEALER_E_DENIED:
    case DEALER_E_CONFLICT:
    case DEALER_E_STATE:
    case DEALER_E_GATE:
    case DEALER_E_LOCKED:
    case DEALER_E_CONFIGURATION:
    case DEALER_E_RULE:
    case DEALER_E_TOO_LARGE: return EXIT_FOUND;
    default: return EXIT_FAILED;
    }
}

static void print_json_error(
    const struct cli *cli, dealer_status status, const dealer_error *error, const char *en, const char *zh) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc), *told = yyjson_mut_obj(doc), *causes = yyjson_mut_arr(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_int(doc, root, "dealer", OUTPUT_VERSION);
    yyjson_mut_obj_add_str(doc, root, "command", cli->command);
    yyjson_mut_obj_add_bool(doc, root, "ok", false);
    if (status) yyjson_mut_obj_add_str(doc, told, "status", dealer_status_name((int32_t)status));
    if (dealer_error_id(error, 0)) yyjson_mut_obj_add_str(doc, told, "id", dealer_error_id(error, 0));
    yyjson_mut_obj_add_str(doc, told, "en", en);
    yyjson_mut_obj_add_str(doc, told, "zh", zh);
    for (int32_t level = 1; level < dealer_error_depth(error); level++) {
        yyjson_mut_val *cause = yyjson_mut_obj(doc);
        yyjson_mut_obj_add_str(doc, cause, "id", dealer_error_id(error, level));
        yyjson_mut_obj_add_str(doc, cause, "en", dealer_error_message(error, level, DEALER_LANGUAGE_EN));
        yyjson_mut_obj_add_str(doc, cause, "zh", dealer_error_message(error, level, DEALER_LANGUAGE_ZH));
        yyjson_mut_arr_append(causes, cause);
    }
    yyjson_mut_obj_add_val(doc, told, "causes", causes);
    yyjson_mut_obj_add_val(doc, root, "error", told);
    char *text = yyjson_mut_write(doc, 0, NULL);
    if (text) puts(text);
    free(text);
    yyjson_mut_doc_free(doc);
}

int end_with_error(struct cli *cli, dealer_status status, const dealer_error *error) {
    const char *name = dealer_status_name((int32_t)status);
    const char *en = dealer_error_message(error, 0, DEALER_LANGUAGE_EN), *zh = dealer_error_message(error, 0, DEALER_LANGUAGE_ZH);
    if (cli->options.json) {
        print_json_error(cli, status, error, en ? en : name, zh ? zh : name);
        return exit_of(status);
    }
    fprintf(stderr, "dealer: %s\n", en ? in_words(cli, en, zh) : name);
    for (int32_t level = 1; level < dealer_error_depth(error); level++)
        fprintf(stderr, "  %s: %s\n", in_words(cli, "because", "原因"), dealer_error_message(error, level, cli->language));
    return exit_of(status);
}

int end_with_session_error(struct cli *cli, dealer_status status) {
    return end_with_error(cli, status, dealer_session_error(cli->session));
}

int end_with_words(struct cli *cli, int code, const char *en, const char *zh, const char *detail) {
    char english[512], chinese[512];
    snprintf(english, sizeof english, en, detail);
    snprintf(chinese, sizeof chinese, zh, detail);
    if (cli->options.json)
        print_json_error(cli, DEALER_OK, NULL, english, chinese);
    else
        fprintf(stderr, "dealer: %s\n", in_words(cli, english, chinese));
    return code;
}

int end_interrupted(struct cli *cli) {
    return end_with_words(cli, EXIT_INTERRUPTED, "interrupted; the store is whole%s", "已中断，数据存储完好%s", "");
}

/* -- the store -- */

static int read_key(struct cli *cli, dealer_store_options *options) {
    int code = EXIT_DONE;
    if (!cli->options.key_file) return code;
    cli->key = read_file(cli, cli->options.key_file, &cli->key_length, &code);
    if (!cli->key) return code;
    while (cli->key_length && (cli->key[cli->key_length - 1] == '\n' || cli->key[cli->key_length - 1] == '\r')) cli->key_length--;
    options->journal_key = (const uint8_t *)cli->key;
    options->journal_key_length = cli->key_length;
    return code;
}

int open_store(struct cli *cli, enum store_wish wish) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_error *error = NULL;
    const char *path = wish == STORE_IN_MEMORY ? ":memory:" : cli->options.store;
    if (!path || !*path)
        return end_with_words(cli, EXIT_USAGE, "which store? give --store FILE or set DEALER_STORE%s",
            "请用 --store 文件 或环境变量 DEALER_STORE 指定数据存储%s", "");
    options.read_only = wish == STORE_READ;
    options.must_exist = wish == STORE_READ || wish == STORE_WRITE;
    int code = wish == STORE_IN_MEMORY ? EXIT_DONE : read_key(cli, &options);
    if (code) return code;
    dealer_status status = dealer_store_open(&cli->store, &error, path, &options);
    code = status ? end_with_error(cli, status, error) : EXIT_DONE;
    dealer_error_free(error);
    return code;
}

int open_session(struct cli *cli, enum store_wish wish, const char *reason) {
    dealer_error *error = NULL;
    int code = open_store(cli, wish);
    if (code) return code;
    dealer_status status = cli->options.as ? dealer_session_open(cli->store, &cli->session, &error, cli->options.as)
                                           : dealer_session_open_system(cli->store, &cli->session, &error, reason);
    if (status) code = end_with_error(cli, status, error);
    dealer_error_free(error);
    return code;
}

void close_all(struct cli *cli) {
    dealer_session_close(cli->session);
    dealer_store_close(cli->store);
    free(cli->key);
}
