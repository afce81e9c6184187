/* A page of the 50 newest documents that somebody may see, among a million, for each scope; with a filter, a condition of the grant, an
 * order; the first page, and one far behind by keyset; and counts. Against the best of several hand-written statements on the same file
 * in the same rounds, each of which reads every column of its rows in the column's own type; the library also makes a handle of each row.
 * Twice: a group of 400 departments, and one company of 44,704 (the provinces, cities, counties and streets of a country). Prints
 * ratios; asserts nothing but that all bring the same documents.
 *
 *   lists [directory] [documents]        default: the current directory, 1,000,000; the store is removed afterwards */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 50, DEEP = 40000, ROUNDS = 9, REPEATS = 20, MOST = 44704, WAYS = 6 };

static char *text;
static size_t used, size;
static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void add(const char *format, ...) {
    va_list list;
    if (used + 4096 > size) text = realloc(text, size = size * 2 + 65536);
    va_start(list, format);
    used += (size_t)vsnprintf(text + used, size - used, format, list);
    va_end(list);
}

/* -- two groups -- */

struct tree {
    const char *title;
    int departments, companies;
    int parent[MOST], company[MOST];
};
static struct tree tree;

static void make_group(void) {
    tree.title = "20 companies, 400 departments";
    tree.departments = 400;
    tree.companies = 20;
    for (int d = 0; d < 400; d++) {
        int within = d % 20, base = d - within;
        tree.company[d] = d / 20;
        tree.parent[d] = within == 0 ? -1 : within < 5 ? base : base + 1 + (within - 5) % 4;
    }
}

static void make_country(void) {
    static const int levels[4] = {31, 342, 2978, 41353};
    tree.title = "1 company, 44,704 departments";
    tree.departments = MOST;
    tree.companies = 1;
    int first = 0, above = 0;
    for (int level = 0; level < 4; level++) {
        for (int i = 0; i < levels[level]; i++) {
            tree.company[first + i] = 0;
            tree.parent[first + i] = level == 0 ? -1 : above + i % levels[level - 1];
        }
        above = first;
        first += levels[level];
    }
}

/* People, each with what one post grants over trade-ins. */
struct person {
    const char *code, *scope, *other; /* a second scope, or NULL */
    int department;
    bool used_only; /* on condition of its hours */
};
static struct person people[10];
static int people_count;

static int leaf_above(int steps) {
    int d = tree.departments - 1;
    for (; steps > 0 && tree.parent[d] >= 0; steps--) d = tree.parent[d];
    return d;
}

static void make_people(void) {
    people_count = 0;
    people[people_count++] = (struct person){"own", "self", NULL, leaf_above(0), false};
    people[people_count++] = (struct person){"dept", "department", NULL, leaf_above(0), false};
    people[people_count++] = (struct person){"either", "self", "department", leaf_above(0), false};
    people[people_count++] = (struct person){"used", "department", NULL, leaf_above(0), true};
    people[people_count++] = (struct person){"below0", "department_and_below", NULL, leaf_above(0), false};
    people[people_count++] = (struct person){"below1", "department_and_below", NULL, leaf_above(1), false};
    people[people_count++] = (struct person){"below2", "department_and_below", NULL, leaf_above(2), false};
    if (tree.departments == MOST)
        people[people_count++] = (struct person){"below3", "department_and_below", NULL, leaf_above(3), false};
    people[people_count++] = (struct person){"comp", "company", NULL, leaf_above(0), false};
    people[people_count++] = (struct person){"all", "group", NULL, leaf_above(0), false};
}

static void add_post(const struct person *person) {
    static const char condition[] = ",\"condition\":{\"field\":\"hours\",\"op\":\"<=\",\"value\":8000}";
    add("{\"code\":\"%s\",\"name\":\"p\",\"grants\":[{\"functions\":[\"trade_in.*\"],\"scope\":\"%s\"%s}", person->code,
        person->scope, person->used_only ? condition : "");
    if (person->other) add(",{\"functions\":[\"trade_in.*\"],\"scope\":\"%s\"}", person->other);
    add("]}");
}

static void configure(dealer_session *system) {
    used = 0;
    add("{\"group\":{\"code\":\"G\",\"name\":\"g\"},\"companies\":[");
    for (int c = 0; c < tree.companies; c++)
        add("%s{\"code\":\"c%d\",\"name\":\"c\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}", c ? "," : "", c);
    add("],\"departments\":[");
    for (int d = 0; d < tree.departments; d++) {
        add("%s{\"code\":\"d%d\",\"name\":\"d\",\"company\":\"c%d\"", d ? "," : "", d, tree.company[d]);
        if (tree.parent[d] >= 0) add(",\"parent\":\"d%d\"", tree.parent[d]);
        add("}");
    }
    add("],\"posts\":[");
    for (int p = 0; p < people_count; p++) add(p ? "," : ""), add_post(&people[p]);
    add("],\"employees\":[");
    for (int p = 0; p < people_count; p++)
        add("%s{\"code\":\"%s\",\"name\":\"e\",\"department\":\"d%d\",\"posts\":[{\"post\":\"%s\"}]}", p ? "," : "", people[p].code,
            people[p].department, people[p].code);
    add("]}");
    must(dealer_configuration_apply(system, NULL, text, used, 0), dealer_session_error(system), "configuration");
}

/* -- a million documents, by SQL -- */

static void run(sqlite3 *db, const char *sql) {
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK) return;
    fprintf(stderr, "sqlite: %s\n", message);
    exit(1);
}

static int64_t ask(sqlite3 *db, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) exit(1);
    sqlite3_step(statement);
    int64_t found = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return found;
}

static void fill(sqlite3 *db, int count) {
    char sql[1024];
    run(db, "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN");
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
        "INSERT INTO document (type, company, department, owner, status, version, currency, created_ms, updated_ms, locked, period) "
        "SELECT 'trade_in', d.company, d.id, CASE d.company WHEN (SELECT o.company FROM department AS o JOIN employee AS e ON e.department = o.id WHERE e.code = 'own') THEN 1 + abs(random()) %% 25 "
        "ELSE 30 + abs(random()) %% 500 END, 'draft', 1, 'CNY', 1780000000000 + i, 1780000000000 + i, 0, '2026-06' "
        "FROM n JOIN department AS d ON d.id = 1 + abs(random() + i) %% %d",
        count, tree.departments);
    run(db, sql);
    run(db,
        "INSERT INTO trade_in (document_id, brand, model, year, hours) "
        "SELECT id, 'brand', 'model ' || (id % 100), 2015 + id % 10, (id * 7919) % 20000 FROM document WHERE type = 'trade_in'");
    run(db, "COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000");
}

/* -- hand-written -- */

enum { IN_ORDER, BY_INDEX, MERGED, MERGED_IN, LISTED, NOT_BY_COMPANY };
static const char *const ways[WAYS] = {"in order", "by index", "merged", "merged, in", "listed", "by owner"};

static int64_t number(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int64_t number(sqlite3 *db, const char *format, ...) {
    char sql[512];
    va_list list;
    va_start(list, format);
    vsnprintf(sql, sizeof sql, format, list);
    va_end(list);
    return ask(db, sql);
}

/* Every column that the library reads, once. */
static char columns[2048];
static void name_columns(sqlite3 *db) {
    sqlite3_stmt *statement = NULL;
    size_t length = 0;
    if (sqlite3_prepare_v2(db,
            "SELECT 'd.' || name FROM pragma_table_info('document') WHERE name <> 'type' UNION ALL SELECT 't.' || name FROM "
            "pragma_table_info('trade_in') WHERE name <> 'document_id'",
            -1, &statement, NULL) != SQLITE_OK)
        exit(1);
    while (sqlite3_step(statement) == SQLITE_ROW)
        length += (size_t)snprintf(
            columns + length, sizeof columns - length, "%s%s", length ? ", " : "", sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

/* What somebody asks: a page of his list. */
struct question {
    const struct person *person;
    const char *title, *where, *order; /* of the library's query, as JSON; NULL: none */
    const char *sql, *sql_order;       /* the same by hand */
    int64_t row, after;                /* the page behind this row of the list; 0: the first */
};

struct place {
    int64_t department, company, owner, low, high;
};

static struct place place_of(sqlite3 *db, const struct person *person) {
    struct place place;
    place.department = number(db, "SELECT id FROM department WHERE code = 'd%d'", person->department);
    place.company = number(db, "SELECT company FROM department WHERE id = %lld", (long long)place.department);
    place.owner = number(db, "SELECT id FROM employee WHERE code = '%s'", person->code);
    place.low = number(db, "SELECT tree_order FROM department WHERE id = %lld", (long long)place.department);
    place.high = number(db, "SELECT tree_last FROM department WHERE id = %lld", (long long)place.department);
    return place;
}

static void add_scope(const char *scope, const struct place *place, int way) {
    if (strcmp(scope, "self") == 0)
        add("(d.owner = %lld AND %sd.company = %lld)", (long long)place->owner, way == NOT_BY_COMPANY ? "+" : "",
            (long long)place->company);
    else if (strcmp(scope, "department") == 0)
        add("d.department = %lld", (long long)place->department);
    else if (strcmp(scope, "company") == 0)
        add("d.company = %lld", (long long)place->company);
    else if (strcmp(scope, "group") == 0)
        add("1");
    else if (way == LISTED)
        add("+d.department IN (SELECT id FROM department WHERE tree_order BETWEEN %lld AND %lld)", (long long)place->low,
            (long long)place->high);
    else
        add("(SELECT tree_order FROM department WHERE id = d.department) BETWEEN %lld AND %lld", (long long)place->low,
            (long long)place->high);
}

static void add_condition(const struct question *question, const struct place *place, int way) {
    add_scope(question->person->scope, place, way);
    if (question->person->other) add(" OR "), add_scope(question->person->other, place, way);
}

/* The ids of each place, one order after the other. */
static bool add_merge(sqlite3 *db, const struct question *question, const struct place *place) {
    static const char leg[] = "SELECT id FROM document WHERE type = 'trade_in' AND id < ?1 AND";
    bool below = strcmp(question->person->scope, "department_and_below") == 0;
    if (question->person->other) {
        add("%s owner = %lld AND +company = %lld UNION %s department = %lld", leg, (long long)place->owner,
            (long long)place->company, leg, (long long)place->department);
        return true;
    }
    if (!below || place->high - place->low >= 450) return false;
    for (int64_t order = place->low; order <= place->high; order++)
        add("%s%s department = %lld", order > place->low ? " UNION ALL " : "", leg,
            (long long)number(db, "SELECT id FROM department WHERE tree_order = %lld", (long long)order));
    return true;
}

static void add_rest(const struct question *question) {
    if (question->person->used_only) add(" AND t.hours <= 8000");
    if (question->sql) add(" AND %s", question->sql);
}

/* NULL: this way says nothing here. */
static char *hand_written(sqlite3 *db, const struct question *question, int way) {
    struct place place = place_of(db, question->person);
    const char *order = question->sql_order ? question->sql_order : way == IN_ORDER ? "t.document_id DESC" : "d.id DESC";
    used = 0;
    if (question->sql_order && way != BY_INDEX && way != LISTED) return NULL;
    add("SELECT %s FROM ", columns);
    if (way == MERGED || way == MERGED_IN) {
        add(way == MERGED ? "(" : "document AS d JOIN trade_in AS t ON t.document_id = d.id WHERE d.id IN (SELECT id FROM (");
        if (question->sql || !add_merge(db, question, &place)) return NULL;
        add(" ORDER BY 1 DESC LIMIT %d)", PAGE);
        add(way == MERGED ? " AS s CROSS JOIN document AS d ON d.id = s.id JOIN trade_in AS t ON t.document_id = d.id"
                          : ") ORDER BY d.id DESC");
        return text;
    }
    add(way == IN_ORDER ? "trade_in AS t CROSS JOIN document AS d ON d.id = t.document_id WHERE t.document_id < ?1"
                        : "document AS d JOIN trade_in AS t ON t.document_id = d.id WHERE d.id < ?1");
    add(" AND d.type = 'trade_in' AND (");
    add_condition(question, &place, way);
    add(")");
    add_rest(question);
    add(" ORDER BY %s LIMIT %d", order, PAGE);
    return text;
}

/* The n-th newest of all that the person sees; 0 when he sees fewer. */
static int64_t nth(sqlite3 *db, const struct question *question, int64_t n) {
    struct place place = place_of(db, question->person);
    used = 0;
    add("SELECT d.id FROM document AS d JOIN trade_in AS t ON t.document_id = d.id WHERE d.type = 'trade_in' AND (");
    add_condition(question, &place, LISTED);
    add(")");
    add_rest(question);
    add(" ORDER BY d.id DESC LIMIT 1 OFFSET %lld", (long long)n - 1);
    return ask(db, text);
}

/* -- taking times -- */

static int64_t seen; /* so that no compiler leaves the reading out */

static void step_page(sqlite3_stmt *statement, int64_t after, int64_t *sum) {
    *sum = 0;
    sqlite3_bind_int64(statement, 1, after);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int c = 0, count = sqlite3_column_count(statement); c < count; c++) {
            sqlite3_value *value = sqlite3_column_value(statement, c);
            int type = sqlite3_value_type(value);
            if (type == SQLITE_INTEGER) seen += sqlite3_value_int64(value);
            if (type == SQLITE_TEXT) seen += *sqlite3_value_text(value) + sqlite3_value_bytes(value);
        }
        *sum += sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
}

static void read_page(dealer_session *session, const char *query, int64_t *sum) {
    dealer_list *list = NULL;
    dealer_document *document;
    must(dealer_list_open(session, &list, query, strlen(query)), dealer_session_error(session), "list");
    *sum = 0;
    while ((document = dealer_list_next(list)) != NULL) {
        *sum += dealer_document_id(document);
        dealer_document_free(document);
    }
    dealer_list_free(list);
}

struct contestant {
    sqlite3_stmt *statement; /* NULL: the library, or out of the race */
    double times[ROUNDS];
    int64_t sum;
    bool runs;
};

/* Ways that take longer than a hundredth of a second are out before the rounds. */
static void enter(sqlite3 *db, const struct question *question, int way, struct contestant *contestant) {
    *contestant = (struct contestant){0};
    char *sql = hand_written(db, question, way);
    if (!sql) return;
    if (sqlite3_prepare_v2(db, sql, -1, &contestant->statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "sqlite: %s\n%s\n", sqlite3_errmsg(db), sql);
        exit(1);
    }
    for (int i = 0; i < 2; i++) {
        double start = busy_seconds();
        step_page(contestant->statement, question->after ? question->after : INT64_MAX, &contestant->sum);
        contestant->runs = busy_seconds() - start < (question->order ? 1 : 0.01);
    }
}

static const char *query_of(const struct question *question) {
    static char query[512];
    int length = snprintf(query, sizeof query, "{\"type\":\"trade_in\",\"limit\":%d", PAGE);
    if (question->where) length += snprintf(query + length, sizeof query - (size_t)length, ",\"where\":%s", question->where);
    if (question->order) length += snprintf(query + length, sizeof query - (size_t)length, ",\"order\":\"%s\"", question->order);
    if (question->after)
        length += snprintf(query + length, sizeof query - (size_t)length, ",\"after\":\"[null,%lld]\"", (long long)question->after);
    snprintf(query + length, sizeof query - (size_t)length, "}");
    return query;
}

static void race(dealer_session *session, const struct question *question, struct contestant *all, struct contestant *library) {
    const char *query = query_of(question);
    int repeats = question->order ? 1 : REPEATS;
    int64_t after = question->after ? question->after : INT64_MAX;
    read_page(session, query, &library->sum);
    for (int r = 0; r < ROUNDS; r++) {
        for (int way = 0; way < WAYS; way++) {
            double start = busy_seconds();
            for (int i = 0; all[way].runs && i < repeats; i++) step_page(all[way].statement, after, &all[way].sum);
            all[way].times[r] = (busy_seconds() - start) / repeats * 1e6;
        }
        double start = busy_seconds();
        for (int i = 0; i < repeats; i++) read_page(session, query, &library->sum);
        library->times[r] = (busy_seconds() - start) / repeats * 1e6;
    }
}

static double compare(dealer_session *session, sqlite3 *db, const struct question *question) {
    struct contestant all[WAYS], library = {0};
    int best = -1;
    double times[WAYS];
    for (int way = 0; way < WAYS; way++) enter(db, question, way, &all[way]);
    race(session, question, all, &library);
    for (int way = 0; way < WAYS; way++) {
        sqlite3_finalize(all[way].statement);
        if (!all[way].runs) continue;
        times[way] = median(all[way].times, ROUNDS);
        if (best < 0 || times[way] < times[best]) best = way;
        if (all[way].sum == library.sum) continue;
        fprintf(stderr, "%s, %s: %s brings other documents\n", question->person->code, question->title, ways[way]);
        exit(1);
    }
    double ours = median(library.times, ROUNDS);
    printf("  %-7s %-22s row %6lld: by hand (%s) %.1f us, dealer_list_open %.1f us, ratio %.2f\n", question->person->code,
        question->title, (long long)question->row, best < 0 ? "none" : ways[best], best < 0 ? 0 : times[best], ours,
        best < 0 ? 0 : ours / times[best]);
    return ours;
}

static void count_all(dealer_session *session, const char *code, int64_t cap) {
    static const char query[] = "{\"type\":\"trade_in\"}";
    int64_t count = 0;
    int32_t cut = 0;
    double times[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        double start = busy_seconds();
        must(dealer_list_count(session, &count, &cut, query, sizeof query - 1, cap), dealer_session_error(session), "count");
        times[r] = (busy_seconds() - start) * 1e6;
    }
    double took = median(times, ROUNDS);
    printf("  %-7s counts %lld%s: %.0f us, %.0f ns each\n", code, (long long)count, cut ? " and more" : "", took,
        took * 1e3 / (double)(count ? count : 1));
}

static void compare_person(dealer_store *store, sqlite3 *db, const struct person *person) {
    static const char few_hours[] = "{\"field\":\"hours\",\"op\":\"<=\",\"value\":8000}";
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    must(dealer_session_open(store, &session, &error, person->code), error, "session");
    struct question question = {.person = person, .title = "newest"};
    double first = compare(session, db, &question);
    for (question.row = DEEP; question.row > PAGE && !(question.after = nth(db, &question, question.row)); question.row /= 2) {}
    if (question.after)
        printf("  %-7s a page at row %lld takes %.2f times the first\n", person->code, (long long)question.row,
            compare(session, db, &question) / first);
    compare(session, db, &(struct question){.person = person, .title = "filtered", .where = few_hours, .sql = "t.hours <= 8000"});
    if (strcmp(person->code, "dept") == 0 || strcmp(person->code, "below1") == 0)
        compare(session, db,
            &(struct question){
                .person = person, .title = "ordered by hours", .order = "-hours", .sql_order = "t.hours DESC, d.id DESC"});
    if (strcmp(person->code, "comp") == 0)
        count_all(session, person->code, 0), count_all(session, person->code, DEALER_COUNT_EXACT);
    dealer_session_close(session);
}

static void measure(const char *folder, int count) {
    char path[512];
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/lists_bench.db", folder);
    remove_store(path);
    make_people();
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    configure(system);
    dealer_session_close(system);
    dealer_store_close(store);
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    fill(db, count);
    name_columns(db);
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    printf("%s, %d documents, page of %d:\n", tree.title, count, PAGE);
    for (int p = 0; p < people_count; p++) compare_person(store, db, &people[p]);
    dealer_store_close(store);
    sqlite3_close(db);
    remove_store(path);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".";
    int count = argc > 2 ? atoi(argv[2]) : 1000000;
    make_group();
    measure(folder, count);
    make_country();
    measure(folder, count);
    free(text);
    return seen == 0;
}
