/* Help, and completion scripts made from the same table of commands. */
#include "cli.h"
#include <string.h>

/* -- help -- */

static void print_command(const struct cli *cli, const struct command *command) {
    char words[64];
    snprintf(words, sizeof words, "%s%s%s", command->words, command->arguments[0] ? " " : "", command->arguments);
    printf("  %-46s %s\n", words, in_words(cli, command->en, command->zh));
}

static void print_options(const struct cli *cli) {
    puts(in_words(cli, "\noptions of every command:", "\n通用选项："));
    puts(in_words(cli,
        "  --store FILE      the store (or DEALER_STORE)\n"
        "  --key-file FILE   the journal's key (or DEALER_KEY_FILE)\n"
        "  --json            the answer as JSON: {\"dealer\": 1, \"command\", \"ok\", \"result\" or \"error\"}\n"
        "  --zh, --en        the language; by default that of the locale\n"
        "  --quiet           no progress bar\n"
        "  --help, --version",
        "  --store 文件      数据存储（或 DEALER_STORE）\n"
        "  --key-file 文件   日志密钥（或 DEALER_KEY_FILE）\n"
        "  --json            以 JSON 输出：{\"dealer\": 1, \"command\", \"ok\", \"result\" 或 \"error\"}\n"
        "  --zh, --en        语言，默认按区域设置\n"
        "  --quiet           不显示进度条\n"
        "  --help, --version"));
    puts(in_words(cli, "\nexit codes: 0 done, 1 refused or something found, 2 wrong usage, 3 failed, 130 interrupted",
        "\n退出码：0 完成，1 被拒绝或有发现，2 用法错误，3 失败，130 中断"));
}

static bool is_asked_for(const struct cli *cli, const struct command *command) {
    char words[64] = "";
    if (cli->count == 0) return true;
    for (int i = 0; i < cli->count && i < 2; i++) {
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s", i ? " " : "", cli->arguments[i]);
    }
    size_t length = strlen(words);
    return strncmp(command->words, words, length) == 0 && (command->words[length] == '\0' || command->words[length] == ' ');
}

int command_help(struct cli *cli) {
    size_t found = 0;
    printf("dealer %s - %s\n\n", dealer_version(), in_words(cli, "the store of a dealer group", "经销商集团数据存储"));
    for (size_t i = 0; i < command_count; i++) {
        if (!is_asked_for(cli, &commands[i])) continue;
        found++;
        print_command(cli, &commands[i]);
        if (cli->count && commands[i].options[0]) {
            printf("      ");
            for (const char *at = commands[i].options; *at;) {
                int length = (int)strcspn(at, " ");
                printf(" --%.*s", length, at);
                at += length + (at[length] == ' ');
            }
            puts("");
        }
    }
    print_options(cli);
    return found ? EXIT_DONE : EXIT_USAGE;
}

/* -- completion -- */

static void print_words(bool second, const char *after) {
    const char *last = "";
    size_t last_length = 0;
    for (size_t i = 0; i < command_count; i++) {
        const char *words = commands[i].words, *blank = strchr(words, ' ');
        size_t first = blank ? (size_t)(blank - words) : strlen(words);
        if (!second && (first != last_length || strncmp(last, words, first) != 0)) printf("%.*s ", (int)first, words);
        if (second && blank && strlen(after) == first && strncmp(after, words, first) == 0) printf("%s ", blank + 1);
        last = words;
        last_length = first;
    }
}

static void print_cases(const char *format) {
    static const char *const groups[] = {"journal", "config", "rules", "market", "outbox"};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        printf(format, groups[i]);
        print_words(true, groups[i]);
        puts("\" ;;");
    }
}

static const char options_listed[] =
    "--store --key-file --as --output --query --where --order --fields --group --note --mapping --source --limit --rows --threads "
    "--after --json --zh --en --quiet --csv --starter --no-record --help --version";

static void print_bash(void) {
    printf("_dealer() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
           "  case \"$word\" in -*) COMPREPLY=($(compgen -W \"%s\" -- \"$word\")); return ;; esac\n"
           "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"",
        options_listed);
    print_words(false, "");
    puts("\"\n  elif [ \"$COMP_CWORD\" -eq 2 ]; then\n    case \"${COMP_WORDS[1]}\" in");
    print_cases("      %s) words=\"");
    puts("    esac\n  fi\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  [ -n \"$words\" ] || COMPREPLY=($(compgen -f -- \"$word\"))\n}\ncomplete -F _dealer dealer");
}

static void print_zsh(void) {
    printf("#compdef dealer\n_dealer() {\n  local words_for=\"\"\n"
           "  if [[ $PREFIX == -* ]]; then compadd -- %s; return; fi\n"
           "  if (( CURRENT == 2 )); then words_for=\"",
        options_listed);
    print_words(false, "");
    puts("\"\n  elif (( CURRENT == 3 )); then\n    case $words[2] in");
    print_cases("      %s) words_for=\"");
    puts("    esac\n  fi\n  if [[ -n $words_for ]]; then compadd -- ${=words_for}; else _files; fi\n}\n_dealer \"$@\"");
}

int command_completion(struct cli *cli) {
    const char *shell = cli->arguments[0];
    if (strcmp(shell, "bash") == 0)
        print_bash();
    else if (strcmp(shell, "zsh") == 0)
        print_zsh();
    else
        return end_with_words(cli, EXIT_USAGE, "bash or zsh was expected, not %s", "应为 bash 或 zsh，而不是 %s", shell);
    return EXIT_DONE;
}
