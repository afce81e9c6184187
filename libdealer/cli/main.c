/* From the words of a command line to a command. */
#include "cli.h"
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct command commands[] = {
    {"init", command_init, "", 0, 0, "starter", "create a store", "新建数据存储"},
    {"status", command_status, "", 0, 0, "", "versions, schema, rules in force", "版本、结构、当前规则"},
    {"backup", command_backup, "FILE", 1, 1, "", "a copy of the whole store, while others use it", "在线备份整个数据存储"},
    {"check", command_check, "", 0, 0, "", "check the file and what must always hold", "检查文件与不变式"},
    {"verify", command_verify, "", 0, 0, "", "check, journal, and every logged decision replayed", "检查、日志校验、全部决策重放"},
    {"journal verify", command_journal_verify, "[HEAD]", 0, 1, "", "walk the chain of the journal, against a head that was kept",
        "校验日志链，并与所存的最新一条对照"},
    {"journal head", command_journal_head, "", 0, 0, "", "the newest entry, to be kept elsewhere", "最新一条，供另行保存"},
    {"config export", command_config_export, "", 0, 0, "output", "the configuration in force", "导出当前配置"},
    {"config import", command_config_import, "FILE", 1, 1, "", "apply a configuration", "应用配置"},
    {"config check", command_config_check, "FILE", 1, 1, "", "check a configuration, change nothing", "只检查配置"},
    {"config preview", command_config_preview, "FILE", 1, 1, "limit", "who would gain or lose what", "预览权限变化"},
    {"rules show", command_rules_show, "", 0, 0, "", "the rules in force", "当前规则"},
    {"rules lint", command_rules_lint, "FOLDER", 1, 1, "", "do all files load, do the flows hold together",
        "规则能否加载、流程是否完整"},
    {"rules test", command_rules_test, "FOLDER", 1, 1, "", "run every case of every rule", "运行全部用例"},
    {"rules publish", command_rules_publish, "FOLDER", 1, 1, "note", "put a rule set in force", "发布规则集"},
    {"rules backtest", command_rules_backtest, "FOLDER", 1, 1, "query group csv rows threads no-record output",
        "what a candidate would have decided in the past", "以过去的单据回测候选规则"},
    {"rules explain", command_rules_explain, "DOCUMENT", 1, 1, "", "what rules saw and said about a document",
        "规则对单据的依据与结论"},
    {"rules replay", command_rules_replay, "[DECISION]", 0, 1, "", "evaluate logged decisions again", "重放决策"},
    {"rules starter", command_rules_starter, "[FOLDER]", 0, 1, "", "the rules that ship with libdealer", "导出自带规则"},
    {"market import", command_market_import, "FILE", 1, 1, "mapping source", "sales of used machines from CSV",
        "从 CSV 导入二手成交"},
    {"market statistics", command_market_statistics, "CURRENCY [CATEGORY [MODEL]]", 1, 3, "", "what machines fetched", "成交统计"},
    {"market outcomes", command_market_outcomes, "", 0, 0, "", "trade-ins against what they fetched later", "置换与其后成交对比"},
    {"report", command_report, "[NAME]", 0, 1, "as query where group", "a manager's questions", "经营报表"},
    {"explain", command_explain, "FUNCTION DOCUMENT", 2, 2, "as", "may somebody do this, and why", "某人能否操作及原因"},
    {"who-can", command_who_can, "FUNCTION DOCUMENT", 2, 2, "as", "who may do this", "谁能操作"},
    {"history", command_history, "DOCUMENT", 1, 1, "as", "everything that happened to a document", "单据的全部经过"},
    {"list", command_list, "TYPE", 1, 1, "as where order limit fields after", "documents of a type", "单据列表"},
    {"outbox list", command_outbox_list, "", 0, 0, "limit after", "messages to deliver", "待发消息"},
    {"outbox ack", command_outbox_ack, "MESSAGE...", 1, -1, "", "mark messages as delivered", "确认消息已送达"},
    {"outbox dead", command_outbox_dead, "", 0, 0, "limit after", "messages that were given up", "已放弃投递的消息"},
    {"outbox revive", command_outbox_revive, "MESSAGE...", 1, -1, "", "try messages that were given up again",
        "重新投递已放弃的消息"},
    {"catalogue", command_catalogue, "[TYPE]", 0, 1, "", "document types and fields", "单据类型与字段"},
    {"completion", command_completion, "bash|zsh", 1, 1, "", "a script for the shell", "shell 补全脚本"},
    {"help", command_help, "[COMMAND...]", 0, -1, "", "this", "帮助"},
};
const size_t command_count = sizeof commands / sizeof commands[0];

static const char common[] = "store key-file json zh en quiet help version";

enum option_id {
    OPTION_STORE = 256,
    OPTION_KEY_FILE,
    OPTION_AS,
    OPTION_OUTPUT,
    OPTION_QUERY,
    OPTION_WHERE,
    OPTION_ORDER,
    OPTION_FIELDS,
    OPTION_GROUP,
    OPTION_NOTE,
    OPTION_MAPPING,
    OPTION_SOURCE,
    OPTION_LIMIT,
    OPTION_ROWS,
    OPTION_THREADS,
    OPTION_AFTER,
    OPTION_JSON,
    OPTION_ZH,
    OPTION_EN,
    OPTION_QUIET,
    OPTION_CSV,
    OPTION_STARTER,
    OPTION_NO_RECORD,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"store", required_argument, NULL, OPTION_STORE},
    {"key-file", required_argument, NULL, OPTION_KEY_FILE},
    {"as", required_argument, NULL, OPTION_AS},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"query", required_argument, NULL, OPTION_QUERY},
    {"where", required_argument, NULL, OPTION_WHERE},
    {"order", required_argument, NULL, OPTION_ORDER},
    {"fields", required_argument, NULL, OPTION_FIELDS},
    {"group", required_argument, NULL, OPTION_GROUP},
    {"note", required_argument, NULL, OPTION_NOTE},
    {"mapping", required_argument, NULL, OPTION_MAPPING},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"limit", required_argument, NULL, OPTION_LIMIT},
    {"rows", required_argument, NULL, OPTION_ROWS},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"after", required_argument, NULL, OPTION_AFTER},
    {"json", no_argument, NULL, OPTION_JSON},
    {"zh", no_argument, NULL, OPTION_ZH},
    {"en", no_argument, NULL, OPTION_EN},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"csv", no_argument, NULL, OPTION_CSV},
    {"starter", no_argument, NULL, OPTION_STARTER},
    {"no-record", no_argument, NULL, OPTION_NO_RECORD},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

struct parsed {
    bool given[sizeof long_options / sizeof long_options[0]];
    bool help, version;
};

static bool lists_word(const char *list, const char *word) {
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
    return false;
}

static bool read_number(const char *text, int64_t *out) {
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < 0) return false;
    *out = number;
    return true;
}

static bool take_text(struct cli_options *options, int option) {
    const char **places[] = {&options->store, &options->key_file, &options->as, &options->output, &options->query, &options->where,
        &options->order, &options->fields, &options->group, &options->note, &options->mapping, &options->source};
    if (option < OPTION_STORE || option > OPTION_SOURCE) return false;
    *places[option - OPTION_STORE] = optarg;
    return true;
}

static bool take_number(struct cli_options *options, int option, bool *wrong) {
    int64_t *places[] = {&options->limit, &options->rows, &options->threads, &options->after};
    if (option < OPTION_LIMIT || option > OPTION_AFTER) return false;
    *wrong = !read_number(optarg, places[option - OPTION_LIMIT]);
    return true;
}

static void take_flag(struct cli *cli, struct parsed *parsed, int option) {
    switch (option) {
    case OPTION_JSON: cli->options.json = true; break;
    case OPTION_ZH: cli->language = DEALER_LANGUAGE_ZH; break;
    case OPTION_EN: cli->language = DEALER_LANGUAGE_EN; break;
    case OPTION_QUIET: cli->options.quiet = true; break;
    case OPTION_CSV: cli->options.csv = true; break;
    case OPTION_STARTER: cli->options.starter = true; break;
    case OPTION_NO_RECORD: cli->options.no_record = true; break;
    case OPTION_HELP: parsed->help = true; break;
    case OPTION_VERSION: parsed->version = true; break;
    default: break;
    }
}

static int usage(struct cli *cli, const char *en, const char *zh, const char *detail) {
    end_with_words(cli, EXIT_USAGE, en, zh, detail);
    if (!cli->options.json) fprintf(stderr, "%s\n", in_words(cli, "Try: dealer help", "请参阅：dealer help"));
    return EXIT_USAGE;
}

static int parse(struct cli *cli, int argc, char **argv, struct parsed *parsed) {
    int option, place = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "ho:", long_options, &place)) != -1) {
        bool wrong = false;
        if (option == 'h') option = OPTION_HELP;
        if (option == 'o') option = OPTION_OUTPUT;
        if (option == '?')
            return usage(cli, "unknown option, or one without its value: %s", "未知选项或缺少值：%s", argv[optind - 1]);
        parsed->given[option - OPTION_STORE] = true;
        if (take_text(&cli->options, option)) continue;
        if (!take_number(&cli->options, option, &wrong)) take_flag(cli, parsed, option);
        if (wrong) return usage(cli, "a number of 0 or more was expected, not %s", "应为不小于 0 的整数，而不是 %s", optarg);
    }
    cli->arguments = argv + optind;
    cli->count = argc - optind;
    return EXIT_DONE;
}

/* The command whose words these arguments begin with; its words are taken off. */
static const struct command *find_command(struct cli *cli) {
    char two[64];
    for (int words = cli->count >= 2 ? 2 : 1; words >= 1 && cli->count >= words; words--) {
        if (words == 2)
            snprintf(two, sizeof two, "%s %s", cli->arguments[0], cli->arguments[1]);
        else
            snprintf(two, sizeof two, "%s", cli->arguments[0]);
        for (size_t i = 0; i < command_count; i++) {
            if (strcmp(commands[i].words, two) != 0) continue;
            cli->arguments += words;
            cli->count -= words;
            return &commands[i];
        }
    }
    return NULL;
}

static int check_options(struct cli *cli, const struct command *command, const struct parsed *parsed) {
    for (int i = 0; long_options[i].name; i++)
        if (parsed->given[i] && !lists_word(common, long_options[i].name) && !lists_word(command->options, long_options[i].name))
            return usage(cli, "this command takes no --%s", "该命令没有选项 --%s", long_options[i].name);
    if (cli->count < command->least || (command->most >= 0 && cli->count > command->most))
        return usage(cli, "expected: %s", "应为：%s", command->arguments[0] ? command->arguments : command->words);
    return EXIT_DONE;
}

static dealer_language language_of_locale(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) return strncmp(value, "zh", 2) == 0 ? DEALER_LANGUAGE_ZH : DEALER_LANGUAGE_EN;
    }
    return DEALER_LANGUAGE_EN;
}

static int run(struct cli *cli, int argc, char **argv) {
    struct parsed parsed = {0};
    int code = parse(cli, argc, argv, &parsed);
    if (code) return code;
    if (parsed.version) {
        printf("dealer %s\n", dealer_version());
        return EXIT_DONE;
    }
    if (parsed.help || cli->count == 0) {
        command_help(cli);
        return parsed.help ? EXIT_DONE : EXIT_USAGE;
    }
    const struct command *command = find_command(cli);
    if (!command) return usage(cli, "there is no command %s", "没有命令 %s", cli->arguments[0]);
    cli->command = command->words;
    code = check_options(cli, command, &parsed);
    return code ? code : command->run(cli);
}

int main(int argc, char **argv) {
    const char *no_colour = getenv("NO_COLOR");
    struct cli cli = {.command = "dealer", .language = language_of_locale()};
    cli.options.store = getenv("DEALER_STORE");
    cli.options.key_file = getenv("DEALER_KEY_FILE");
    cli.colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour);
    watch_interrupts();
    int code = run(&cli, argc, argv);
    close_all(&cli);
    if (fflush(stdout) != 0 && code == EXIT_DONE) code = EXIT_FAILED;
    return code;
}
