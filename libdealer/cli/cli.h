/* The `dealer` command: a host like any other, by public headers only. Here: what its commands share - the options, the store and session
 * that they open, how they answer, and how they end.
 *
 * Exit codes: 0 done; 1 refused, or something was found; 2 wrong usage; 3 failed (store, disk, memory); 130 interrupted. */
#ifndef CLI_H
#define CLI_H

#include "dealer.h"
#include <stdbool.h>
#include <stdio.h>
#include <yyjson.h>

enum exit_code { EXIT_DONE = 0, EXIT_FOUND = 1, EXIT_USAGE = 2, EXIT_FAILED = 3, EXIT_INTERRUPTED = 130 };
enum { OUTPUT_VERSION = 1 }; /* of --json: {"dealer": 1, "command", "ok", "result" or "error"} */

struct cli_options {
    const char *store, *key_file, *as, *output, *query, *where, *order, *fields, *group, *note, *mapping, *source;
    int64_t limit, rows, threads, after;
    bool json, quiet, csv, dry_run, starter, no_record;
};

struct cli {
    struct cli_options options;
    const char *command; /* "rules publish" */
    char **arguments;    /* behind the command's words */
    int count;
    dealer_language language;
    bool colour; /* standard output is a terminal that wants it */
    dealer_store *store;
    dealer_session *session;
    char *key;
    size_t key_length;
};

/* The text of the user's language. */
const char *in_words(const struct cli *cli, const char *en, const char *zh);

/* -- ending -- */
int exit_of(dealer_status status);
/* Tells an error and answers the exit code. */
int end_with_error(struct cli *cli, dealer_status status, const dealer_error *error);
int end_with_session_error(struct cli *cli, dealer_status status);
/* A failure of the command itself; `en` and `zh` have one %s. */
int end_with_words(struct cli *cli, int code, const char *en, const char *zh, const char *detail);
int end_interrupted(struct cli *cli);

/* -- the store -- */
enum store_wish { STORE_READ, STORE_WRITE, STORE_CREATE, STORE_IN_MEMORY };
/* Opens the store and the session: the system's, or --as somebody's. 0, or the exit code. */
int open_store(struct cli *cli, enum store_wish wish);
int open_session(struct cli *cli, enum store_wish wish, const char *reason);
void close_all(struct cli *cli);

/* -- answers: as they are with --json, else through `print` -- */
typedef void (*print_function)(struct cli *cli, yyjson_val *result);
/* Takes over the text. `code` is what a good answer ends with. */
int answer(struct cli *cli, dealer_text *text, print_function print, int code);
/* An answer that the command made itself, as JSON text. */
int answer_json(struct cli *cli, const char *json, print_function print, int code);

/* -- reading JSON -- */
const char *text_at(yyjson_val *object, const char *key);        /* "" when absent */
int64_t number_at(yyjson_val *object, const char *key);          /* 0 when absent */
yyjson_val *member(yyjson_val *object, const char *path);        /* "a.b" */
const char *words_at(const struct cli *cli, yyjson_val *object); /* its "zh" or "en" */
char *as_text(yyjson_val *value);                                /* any value in a line; the caller frees it */

/* -- tables: columns as wide as what is in them, East Asian characters counting two -- */
struct table {
    char **cells;
    size_t count, capacity, columns;
};
void table_start(struct table *table, size_t columns);
void table_add(struct table *table, const char *cell);
void table_add_number(struct table *table, int64_t number);
void table_print(struct table *table, bool has_header, bool bold); /* and frees */
char *money_text(int64_t minor, const char *currency);             /* the caller frees it */

/* What one column shows of a row, which is a JSON object. */
struct column {
    const char *en, *zh, *key;
    void (*add)(struct cli *cli, struct table *table, yyjson_val *row, const char *key); /* NULL: add_text */
};
void add_text(struct cli *cli, struct table *table, yyjson_val *row, const char *key);  /* any value, in a line */
void add_words(struct cli *cli, struct table *table, yyjson_val *row, const char *key); /* its "zh" or "en" */
void add_minor(
    struct cli *cli, struct table *table, yyjson_val *row, const char *key); /* minor units of the row's "currency", if any */
void table_head(struct cli *cli, struct table *table, const struct column *columns, size_t count);
void table_row(struct cli *cli, struct table *table, const struct column *columns, yyjson_val *row);
/* A whole table of a list. */
void print_list(struct cli *cli, yyjson_val *list, const struct column *columns, size_t count);
#define PRINT_LIST(cli, list, columns) print_list((cli), (list), (columns), sizeof(columns) / sizeof(columns)[0])

/* -- files -- */
/* All of a file, or of standard input for "-"; NULL: told already, *code is the exit code. */
char *read_file(struct cli *cli, const char *path, size_t *length, int *code);
/* Writes to --output, or standard output. */
int write_output(struct cli *cli, const char *data, size_t length);
/* A rule set, as dealer_rules_publish takes it, from a folder of .lua files (rules/types left out) or a JSON file. */
char *read_rules(struct cli *cli, const char *path, size_t *length, int *code);
/* The other way: {"files"} into a folder. */
int write_rules(struct cli *cli, const char *folder, const char *json, size_t length);

/* -- long work -- */
void watch_interrupts(void);
bool was_interrupted(void);
struct bar {
    const struct cli *cli;
    const char *what;
    double started, drawn;
    bool shows; /* on a terminal only */
};
void bar_start(struct bar *bar, const struct cli *cli, const char *what);
int32_t bar_progress(void *bar, int64_t done, int64_t total); /* a dealer_progress; stops when interrupted */
void bar_end(struct bar *bar);

/* -- the commands -- */
typedef int (*command_function)(struct cli *cli);
struct command {
    const char *words; /* "rules publish" */
    command_function run;
    const char *arguments; /* "FOLDER" */
    int least, most;       /* how many; most -1: any number */
    const char *options;   /* long names that it takes beside the common ones, with blanks between */
    const char *en, *zh;
};
extern const struct command commands[];
extern const size_t command_count;

int command_init(struct cli *cli);
int command_status(struct cli *cli);
int command_backup(struct cli *cli);
int command_check(struct cli *cli);
int command_verify(struct cli *cli);
int command_journal_verify(struct cli *cli);
int command_journal_head(struct cli *cli);
int command_config_export(struct cli *cli);
int command_config_import(struct cli *cli);
int command_config_check(struct cli *cli);
int command_config_preview(struct cli *cli);
int command_rules_show(struct cli *cli);
int command_rules_lint(struct cli *cli);
int command_rules_test(struct cli *cli);
int command_rules_publish(struct cli *cli);
int command_rules_backtest(struct cli *cli);
int command_rules_explain(struct cli *cli);
int command_rules_replay(struct cli *cli);
int command_rules_starter(struct cli *cli);
int command_market_import(struct cli *cli);
int command_market_statistics(struct cli *cli);
int command_market_outcomes(struct cli *cli);
int command_report(struct cli *cli);
int command_explain(struct cli *cli);
int command_history(struct cli *cli);
int command_who_can(struct cli *cli);
int command_list(struct cli *cli);
int command_outbox_list(struct cli *cli);
int command_outbox_ack(struct cli *cli);
int command_outbox_dead(struct cli *cli);
int command_outbox_revive(struct cli *cli);
int command_catalogue(struct cli *cli);
int command_completion(struct cli *cli);
int command_help(struct cli *cli);

#endif
