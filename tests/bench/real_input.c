/* The library on data that nobody here wrote: a country's divisions as a dealer group, thousands of real machine sales as trade-ins.
 * See HELP below; it prints what it measured. The data are not part of the repository. */
#include "real_input/floor.h"
#include "real_input/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char HELP[] =
    "real_input [DATA] [--machines N] [--from DATE] [--store FILE]   trade-ins through full approval;\n"
    "                                                               FILE is kept, on the disk that is to be measured\n"
    "real_input --score TRAIN.csv TEST.csv [--predictions FILE]      valuations of TEST by the market of TRAIN\n"
    "real_input --folds N FILE.csv [--grouped] [--predictions FILE]  cross-validation; --grouped: machines of one model, year\n"
    "                                                               and hours are never valued by each other\n"
    "DATA (or DEALER_TEST_DATA) is the folder that has machine-sales/ and org/ in it.\n";

static const int64_t DAY_MS = INT64_C(86400000);

struct options {
    const char *data, *store, *from, *train, *test, *predictions, *folds_file;
    size_t machines;
    unsigned folds;
    int grouped;
    int keeps; /* the store, for whoever named it wants to look at it */
};

/* One option and its values; answers how many arguments it took, 0 when it is none. */
static int read_option(struct options *options, char **arguments, int left) {
    const struct {
        const char *name, **value;
    } texts[] = {{"--from", &options->from}, {"--store", &options->store}, {"--predictions", &options->predictions}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && left >= 2; i++) {
        if (strcmp(arguments[0], texts[i].name) != 0) continue;
        *texts[i].value = arguments[1];
        return 2;
    }
    if (strcmp(arguments[0], "--grouped") == 0) return options->grouped = 1;
    if (strcmp(arguments[0], "--machines") == 0 && left >= 2) {
        options->machines = strtoul(arguments[1], NULL, 10);
        return 2;
    }
    if (strcmp(arguments[0], "--score") == 0 && left >= 3) {
        options->train = arguments[1];
        options->test = arguments[2];
        return 3;
    }
    if (strcmp(arguments[0], "--folds") == 0 && left >= 3) {
        options->folds = (unsigned)strtoul(arguments[1], NULL, 10);
        options->folds_file = arguments[2];
        return options->folds >= 2 ? 3 : 0;
    }
    return 0;
}

static int read_options(struct options *options, int count, char **arguments) {
    for (int i = 1, taken = 1; i < count; i += taken) {
        taken = read_option(options, arguments + i, count - i);
        if (taken > 0) continue;
        if (arguments[i][0] == '-' || options->data != NULL) return 0;
        options->data = arguments[i];
        taken = 1;
    }
    return 1;
}

static char *path_of(const struct options *options, const char *name) {
    struct text path = {0};
    text_add(&path, "%s/%s", options->data, name);
    return path.data;
}

static double peak_mib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* -- what is printed -- */

static void print_group(const struct group *group, double seconds) {
    printf("group           %zu divisions: %zu companies, %zu departments, %zu employees; applied in %.2f s\n", group->nodes,
        group->companies, group->departments, group->employees, seconds);
}

static void print_walk(const struct walk *walk) {
    double count = walk->done > 0 ? (double)walk->done : 1;
    printf("trade-ins       %zu done, %zu failed; each customer, pre-order, trade-in: %zu approvals, %zu messages acknowledged\n",
        walk->done, walk->failed, walk->approvals, walk->messages);
    printf("documents       %.1f per second through full durable approval (%.1f trade-ins, %.2f ms each)\n",
        3 * count / walk->seconds, count / walk->seconds, walk->seconds * 1e3 / count);
    printf("valuation       %.0f us each (%zu), %.0f ms for the first of a day, which builds the market's model (%zu)\n",
        walk->values > 0 ? walk->value_seconds * 1e6 / (double)walk->values : 0, walk->values,
        walk->first_values > 0 ? walk->first_value_seconds * 1e3 / (double)walk->first_values : 0, walk->first_values);
    for (int part = 0; part < WALK_PARTS; part++) {
        const struct score *score = &walk->scores[part];
        printf("RMSLE           %.4f %s%s (%zu machines, %.1f %% within the 80 %% range)\n", score_rmsle(score),
            part > 0 ? "on and after " : "all", walk_score_from[part], score->count,
            score->count > 0 ? 100.0 * (double)score->within / (double)score->count : 0);
    }
}

static void print_floor(const struct walk *walk, const struct floor_result *floor) {
    printf("same in SQLite  %.2f ms a trade-in: %.1f rows written and %.1f changed in %.1f commits, by hand, prepared\n",
        floor->seconds * 1e3 / (double)walk->done, (double)floor->inserts / (double)walk->done,
        (double)floor->updates / (double)walk->done, (double)floor->commits / (double)walk->done);
    floor_print_tables(floor, walk->done);
    printf("ratio           %.2f times the time of the same rows in hand-written SQLite\n", walk->seconds / floor->seconds);
}

/* -- the whole -- */

static void choose(struct walk *walk, const struct options *options) {
    const struct machines *machines = walk->machines;
    while (options->from != NULL && walk->first < machines->count && strcmp(machines->items[walk->first].date, options->from) < 0)
        walk->first++;
    walk->end = machines->count;
    if (options->machines > 0 && options->machines < walk->end - walk->first) walk->end = walk->first + options->machines;
}

static int run(const struct options *options) {
    struct stage stage = {0};
    struct group group;
    struct machines machines;
    size_t checks, allowed;
    char *divisions = path_of(options, "org/china_divisions_3level.csv");
    char *sales = path_of(options, "machine-sales/bluebook_train_2012-01-01_2012-03-15.csv");
    group_read(&group, divisions);
    machines_read(&machines, sales);
    struct walk walk = {.stage = &stage, .group = &group, .machines = &machines};
    choose(&walk, options);
    stage.now_ms = INT64_C(1325296800000); /* 2011-12-31 */
    struct floor floor = {.store = options->store, .from_ms = stage.now_ms + DAY_MS};
    struct floor_result floor_result;
    floor_start(&floor);
    walk.floor = &floor;
    stage_open(&stage, options->store);
    double start = seconds_now();
    stage_found(&stage, group.json.data);
    print_group(&group, seconds_now() - start);
    walk_all(&walk);
    floor_finish(&floor, &floor_result);
    print_walk(&walk);
    double us = walk_permission_us(&walk, &checks, &allowed);
    printf("permission      %.2f us a check (%zu, of which %zu allowed)\n", us, checks, allowed);
    printf("peak memory     %.0f MiB\n", peak_mib());
    stage_close(&stage);
    int failed = walk.failed > 0 || walk.done == 0;
    print_floor(&walk, &floor_result);
    if (!options->keeps) stage_remove(options->store);
    walk_free(&walk);
    machines_free(&machines);
    group_free(&group);
    free(divisions);
    free(sales);
    return failed;
}

/* The folder itself, or the one above, for those who name the organisations'. */
static int find_data(struct options *options) {
    static char above[4096];
    char *inside = path_of(options, "machine-sales");
    int found = access(inside, R_OK) == 0;
    free(inside);
    if (found) return 1;
    snprintf(above, sizeof above, "%s/..", options->data);
    options->data = above;
    inside = path_of(options, "machine-sales");
    found = access(inside, R_OK) == 0;
    if (!found) printf("real_input: there is no %s\n", inside);
    free(inside);
    return found;
}

int main(int count, char **arguments) {
    struct options options = {0};
    if (!read_options(&options, count, arguments)) {
        fputs(HELP, stderr);
        return 2;
    }
    options.keeps = options.store != NULL;
    if (options.store == NULL) options.store = "real_input.db";
    if (options.train != NULL) return score_files(options.train, options.test, options.predictions);
    if (options.folds_file != NULL) return score_folds(options.folds_file, options.folds, options.grouped, options.predictions);
    if (options.data == NULL) options.data = getenv("DEALER_TEST_DATA");
    if (options.data == NULL) {
        puts("real_input: no data: give their folder, or name it in DEALER_TEST_DATA");
        return 0;
    }
    return find_data(&options) ? run(&options) : 0;
}
