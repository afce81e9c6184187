/* The market of used machines: sales in, figures out. */
#include "cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE = 65536 };

/* -- import -- */

struct importing {
    struct cli *cli;
    FILE *file;
    dealer_market_import *import;
    int64_t size, done;
    struct bar bar;
};

static void print_import(struct cli *cli, yyjson_val *report) {
    yyjson_arr_iter each;
    yyjson_val *refusal;
    yyjson_arr_iter_init(member(report, "refusals"), &each);
    while ((refusal = yyjson_arr_iter_next(&each)) != NULL) printf("%s\n", words_at(cli, refusal));
    printf(in_words(cli, "%lld rows: %lld added, %lld known, %lld refused\n", "共 %lld 行：新增 %lld，已有 %lld，拒绝 %lld\n"),
        (long long)number_at(report, "rows"), (long long)number_at(report, "added"), (long long)number_at(report, "known"),
        (long long)number_at(report, "refused"));
}

static bool is_refusing(const dealer_text *report) {
    yyjson_doc *doc = yyjson_read(dealer_text_data(report), dealer_text_length(report), 0);
    bool refused = number_at(yyjson_doc_get_root(doc), "refused") > 0;
    yyjson_doc_free(doc);
    return refused;
}

/* A signal stops between two pieces: whole batches are stored, the rest is not. */
static int feed(struct importing *this) {
    char *piece = malloc(PIECE);
    dealer_status status = DEALER_OK;
    size_t got;
    if (!piece) return end_with_words(this->cli, EXIT_FAILED, "out of memory%s", "内存不足%s", "");
    while (!status && !was_interrupted() && (got = fread(piece, 1, PIECE, this->file)) > 0) {
        status = dealer_market_import_feed(this->cli->session, this->import, piece, got);
        this->done += (int64_t)got;
        bar_progress(&this->bar, this->done, this->size > this->done ? this->size : this->done);
    }
    free(piece);
    bar_end(&this->bar);
    if (status) return end_with_session_error(this->cli, status);
    if (was_interrupted())
        return end_with_words(this->cli, EXIT_INTERRUPTED, "interrupted; the store is whole, import again to add the rest%s",
            "已中断，数据存储完好，再次导入即可补齐%s", "");
    return ferror(this->file) ? end_with_words(this->cli, EXIT_FAILED, "%s", "%s", strerror(errno)) : EXIT_DONE;
}

static int finish(struct importing *this) {
    dealer_text *report = NULL;
    dealer_status status = dealer_market_import_finish(this->cli->session, &report, this->import);
    if (status) return end_with_session_error(this->cli, status);
    return answer(this->cli, report, print_import, is_refusing(report) ? EXIT_FOUND : EXIT_DONE);
}

/* --source names the source where the mapping does not. */
static char *with_source(const char *json, size_t *length, const char *source) {
    yyjson_doc *doc = yyjson_read(json, *length, 0);
    yyjson_mut_doc *changed = doc ? yyjson_doc_mut_copy(doc, NULL) : NULL;
    yyjson_mut_val *root = changed ? yyjson_mut_doc_get_root(changed) : NULL;
    char *text = NULL;
    if (yyjson_mut_is_obj(root)) {
        yyjson_mut_val *value = yyjson_mut_obj(changed);
        yyjson_mut_obj_add_str(changed, value, "value", source);
        yyjson_mut_obj_put(root, yyjson_mut_str(changed, "source"), value);
        text = yyjson_mut_write(changed, 0, length);
    }
    yyjson_mut_doc_free(changed);
    yyjson_doc_free(doc);
    return text;
}

static int begin(struct cli *cli, struct importing *this) {
    size_t length = 0;
    int code = EXIT_DONE;
    if (!cli->options.mapping)
        return end_with_words(
            cli, EXIT_USAGE, "which column is what? give --mapping FILE%s", "请用 --mapping 文件 说明各列含义%s", "");
    char *mapping = read_file(cli, cli->options.mapping, &length, &code);
    if (!mapping) return code;
    char *named = cli->options.source ? with_source(mapping, &length, cli->options.source) : NULL;
    const char *used = named ? named : mapping;
    dealer_status status = dealer_market_import_open(cli->session, &this->import, used, length);
    free(named);
    free(mapping);
    return status ? end_with_session_error(cli, status) : EXIT_DONE;
}

int command_market_import(struct cli *cli) {
    struct importing this = {.cli = cli};
    struct stat facts;
    const char *path = cli->arguments[0];
    int code = open_session(cli, STORE_WRITE, "dealer market import");
    if (!code) code = begin(cli, &this);
    if (code) return code;
    this.file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!this.file) {
        char detail[1024];
        snprintf(detail, sizeof detail, "%s: %s", path, strerror(errno));
        code = end_with_words(cli, EXIT_FAILED, "%s", "%s", detail);
    } else {
        if (fstat(fileno(this.file), &facts) == 0 && S_ISREG(facts.st_mode)) this.size = facts.st_size;
        bar_start(&this.bar, cli, in_words(cli, "import", "导入"));
        code = feed(&this);
        if (!code) code = finish(&this);
        if (this.file != stdin) fclose(this.file);
    }
    dealer_market_import_free(this.import);
    return code;
}

/* -- figures -- */

/* "2019, 3000-6000"; of all sales together, "all". */
static void add_kind(struct cli *cli, struct table *table, yyjson_val *row, const char *key) {
    char name[64], year[24] = "?", hours[32] = "?";
    if (number_at(row, key)) snprintf(year, sizeof year, "%lld", (long long)number_at(row, key));
    if (member(row, "hours_below"))
        snprintf(
            hours, sizeof hours, "%lld-%lld", (long long)number_at(row, "hours_from"), (long long)number_at(row, "hours_below"));
    snprintf(name, sizeof name, "%s, %s", year, hours);
    table_add(table, member(row, "groups") ? in_words(cli, "all", "全部") : name);
}

static void print_statistics(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {{"year, hours", "年份、小时", "year", add_kind}, {"count", "数量", "count", NULL},
        {"low", "最低", "low", NULL}, {"quartile", "下四分位", "lower_quartile", NULL}, {"median", "中位", "median", NULL},
        {"quartile", "上四分位", "upper_quartile", NULL}, {"high", "最高", "high", NULL}};
    struct table table;
    yyjson_arr_iter each;
    yyjson_val *group;
    if (!yyjson_is_obj(result)) {
        puts(in_words(cli, "no sales", "没有成交记录"));
        return;
    }
    table_head(cli, &table, columns, sizeof columns / sizeof columns[0]);
    table_row(cli, &table, columns, result);
    yyjson_arr_iter_init(member(result, "groups"), &each);
    while ((group = yyjson_arr_iter_next(&each)) != NULL) table_row(cli, &table, columns, group);
    table_print(&table, true, cli->colour);
}

int command_market_statistics(struct cli *cli) {
    static const char *const names[] = {"currency", "category", "model"};
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer market statistics");
    if (code) return code;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    for (int i = 0; i < cli->count; i++) yyjson_mut_obj_add_str(doc, root, names[i], cli->arguments[i]);
    size_t length = 0;
    char *query = yyjson_mut_write(doc, 0, &length);
    yyjson_mut_doc_free(doc);
    if (!query) return end_with_words(cli, EXIT_USAGE, "%s", "%s", "UTF-8");
    dealer_status status = dealer_market_statistics(cli->session, &text, query, length);
    free(query);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_statistics, EXIT_DONE);
}

static void print_outcomes(struct cli *cli, yyjson_val *result) {
    static const struct column columns[] = {{"trade-in", "置换", "number", NULL}, {"serial", "序列号", "serial", NULL},
        {"valuation", "估值", "valuation", add_minor}, {"allowance", "冲抵", "allowance", add_minor},
        {"realised", "成交", "realised", add_minor}, {"over-allowance", "超额冲抵", "over_allowance", add_minor},
        {"washout", "最终盈亏", "washout", add_minor}};
    PRINT_LIST(cli, member(result, "rows"), columns);
    printf(in_words(cli, "%lld of %lld trade-ins were resold\n", "%lld / %lld 台置换机已再售\n"),
        (long long)number_at(result, "resold"), (long long)number_at(result, "trade_ins"));
}

int command_market_outcomes(struct cli *cli) {
    dealer_text *text = NULL;
    int code = open_session(cli, STORE_READ, "dealer market outcomes");
    if (code) return code;
    dealer_status status = dealer_trade_in_outcomes(cli->session, &text);
    return status ? end_with_session_error(cli, status) : answer(cli, text, print_outcomes, EXIT_DONE);
}
