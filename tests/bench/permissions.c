/* How fast a permission check through the public call is, coherence with other processes included, against a hand-written
 * branchless test of masks and intervals over int64 ids in the same run; how fast a group is loaded, against reading the configuration
 * and the ids by hand; and what one changed grant costs the next call, against merging all grants by hand. One group: 20 companies, 400
 * departments, 10,000 employees with 1 to 3 posts, 200 posts x 30 functions; or the companies and departments of a real tree. Processor
 * time. Prints ratios; asserts nothing but that both say the same.
 *
 *   permissions [directory [divisions.csv]]        default: files in the current directory */
#include "measure.h"
#include "permissions/floor.h"
#include "support/store_files.h"

#include <dealer.h>
#include <malloc.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 1000, DOCUMENTS = 2000, QUESTIONS = 1 << 15, ROUNDS = 41, LOADS = 15 };

static char path[512];

/* -- the library -- */

static int64_t fixed_now(void *user_data) {
    (void)user_data;
    return 1780000000000;
}

/* How much of the library's memory is in use; the bench has one thread. */
static int64_t memory;

static void *counted(void *user_data, void *pointer, size_t size) {
    (void)user_data;
    if (pointer != NULL) memory -= (int64_t)malloc_usable_size(pointer);
    void *got = size > 0 ? realloc(pointer, size) : NULL;
    if (size == 0) free(pointer);
    if (got != NULL) memory += (int64_t)malloc_usable_size(got);
    return got;
}

struct house {
    dealer_store *store;
    dealer_session *system;
};

static struct house open_house(bool host_clock) {
    struct house house = {NULL, NULL};
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    if (host_clock) options.now_utc_ms = fixed_now;
    must(dealer_store_open(&house.store, &error, path, &options), error, "open");
    must(dealer_session_open_system(house.store, &house.system, &error, "bench"), error, "system");
    return house;
}

static void close_house(struct house *house) {
    dealer_session_close(house->system);
    dealer_store_close(house->store);
}

static dealer_session *open_session(const struct house *house, int employee) {
    char code[16];
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    snprintf(code, sizeof code, "e%d", employee);
    must(dealer_session_open(house->store, &session, &error, code), error, "session");
    return session;
}

static void configure(const struct house *house, enum configured how) {
    size_t length = 0;
    const char *body = configuration(how, &length);
    must(dealer_configuration_apply(house->system, NULL, body, length, 0), dealer_session_error(house->system), "configuration");
}

static dealer_session *sessions[SESSIONS];
static dealer_document *documents[DOCUMENTS];
static struct {
    int64_t id;
    int department, owner, type;
} facts[DOCUMENTS];

static void open_sessions(const struct house *house) {
    for (int s = 0; s < SESSIONS; s++) sessions[s] = open_session(house, s);
}

static void close_sessions(void) {
    for (int s = 0; s < SESSIONS; s++) dealer_session_close(sessions[s]);
}

static void create_document(int i) {
    char company[16], department[16];
    dealer_document *document = NULL;
    facts[i].department = (int)draw((uint32_t)group.department_count);
    facts[i].owner = (int)draw(SESSIONS);
    facts[i].type = (int)draw(3);
    dealer_session *session = sessions[facts[i].owner];
    snprintf(company, sizeof company, "c%d", group.company[facts[i].department]);
    snprintf(department, sizeof department, "d%d", facts[i].department);
    must(dealer_document_new(session, &document, function_types[facts[i].type]), dealer_session_error(session), "new");
    must(dealer_document_set_place(session, document, company, department), dealer_session_error(session), "place");
    must(dealer_document_save(session, document), dealer_session_error(session), "save");
    facts[i].id = dealer_document_id(document);
    dealer_document_free(document);
}

static void create_documents(const struct house *house) {
    open_sessions(house);
    for (int i = 0; i < DOCUMENTS; i++) create_document(i);
    close_sessions();
}

/* -- checks -- */

static struct question questions[QUESTIONS];

static void make_questions(void) {
    for (int q = 0; q < QUESTIONS; q++) {
        struct question *question = &questions[q];
        question->session = (int)draw(SESSIONS);
        question->document = (int)draw(DOCUMENTS);
        int d = facts[question->document].department, action = (int)draw(10);
        question->function = facts[question->document].type * 10 + action;
        question->employee_id = id_of(question->session);
        question->company_id = id_of(group.company[d]);
        question->department_id = id_of(d);
        question->owner_id = id_of(facts[question->document].owner);
        snprintf(question->text, sizeof question->text, "%s.%s", function_types[question->function / 10], function_actions[action]);
    }
}

static int64_t ask_library(void) {
    int64_t allowed = 0;
    for (int q = 0; q < QUESTIONS; q++) {
        int32_t answer = 0;
        const struct question *question = &questions[q];
        dealer_allows(sessions[question->session], &answer, question->text, documents[question->document]);
        allowed += answer;
    }
    return allowed;
}

static void compare(const char *title) {
    double floor_times[ROUNDS], library_times[ROUNDS];
    int64_t floor_allowed = 0, library_allowed = 0;
    ask_library();
    for (int r = 0; r < ROUNDS; r++) {
        double start = busy_seconds();
        floor_allowed = floor_ask(questions, QUESTIONS);
        double between = busy_seconds();
        library_allowed = ask_library();
        floor_times[r] = (between - start) / QUESTIONS * 1e9;
        library_times[r] = (busy_seconds() - between) / QUESTIONS * 1e9;
    }
    if (floor_allowed != library_allowed) {
        fprintf(stderr, "they disagree: %lld and %lld\n", (long long)floor_allowed, (long long)library_allowed);
        exit(1);
    }
    double floor_ns = median(floor_times, ROUNDS), library_ns = median(library_times, ROUNDS);
    printf("check, %s: floor %.1f ns, dealer_allows %.1f ns, ratio %.2f (%.0f %% allowed)\n", title, floor_ns, library_ns,
        library_ns / floor_ns, 100.0 * (double)library_allowed / QUESTIONS);
}

static void check(enum configured how, bool host_clock, const char *title) {
    struct house house = open_house(host_clock);
    configure(&house, how);
    open_sessions(&house);
    for (int i = 0; i < DOCUMENTS; i++)
        must(dealer_document_open(house.system, &documents[i], facts[i].id), dealer_session_error(house.system), "document");
    compare(title);
    for (int i = 0; i < DOCUMENTS; i++) dealer_document_free(documents[i]);
    close_sessions();
    close_house(&house);
}

/* -- loading -- */

static sqlite3 *open_by_hand(int flags) {
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) exit(1);
    return db;
}

static double scan(void) {
    static const char *const queries[] = {"SELECT body FROM configuration ORDER BY version DESC LIMIT 1",
        "SELECT id, code FROM company", "SELECT id, code FROM department", "SELECT id, code FROM post",
        "SELECT id, code FROM employee"};
    int64_t bytes = 0;
    double start = busy_seconds();
    sqlite3 *db = open_by_hand(SQLITE_OPEN_READONLY);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        sqlite3_stmt *statement = NULL;
        sqlite3_prepare_v2(db, queries[i], -1, &statement, NULL);
        while (sqlite3_step(statement) == SQLITE_ROW) bytes += sqlite3_column_bytes(statement, i ? 1 : 0);
        sqlite3_finalize(statement);
    }
    double end = busy_seconds();
    sqlite3_close(db);
    return bytes > 0 ? (end - start) * 1e3 : 0;
}

static double load(void) {
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    options.allocate = counted;
    memory = 0;
    double start = busy_seconds();
    must(dealer_store_open(&store, &error, path, &options), error, "open");
    must(dealer_session_open(store, &session, &error, "e1"), error, "session");
    double end = busy_seconds();
    int64_t in_use = memory;
    dealer_session_close(session);
    dealer_store_close(store);
    memory = in_use;
    return (end - start) * 1e3;
}

static void compare_loads(const char *title) {
    double scans[LOADS], loads[LOADS];
    for (int r = 0; r < LOADS; r++) {
        scans[r] = scan();
        loads[r] = load();
    }
    double scan_ms = median(scans, LOADS), load_ms = median(loads, LOADS);
    printf("load, %s: scan of the tables %.2f ms, open to first session %.2f ms, ratio %.2f; %.1f MiB in use\n", title, scan_ms,
        load_ms, load_ms / scan_ms, (double)memory / (1024 * 1024));
}

static void forget_compiled(void) {
    sqlite3 *db = open_by_hand(SQLITE_OPEN_READWRITE);
    if (sqlite3_exec(db, "DELETE FROM configuration_compiled", NULL, NULL, NULL) != SQLITE_OK) exit(1);
    sqlite3_close(db);
}

/* -- one changed grant -- */

static double next_call(dealer_session *session) {
    dealer_text *text = NULL;
    double start = busy_seconds();
    must(dealer_visible_departments(session, &text, "sales.create"), dealer_session_error(session), "places");
    double end = busy_seconds();
    dealer_text_free(text);
    return (end - start) * 1e3;
}

static void change_grants(void) {
    double merges[LOADS], applied[LOADS], here_ms[LOADS], there_ms[LOADS];
    struct house here = open_house(false), there = open_house(false);
    dealer_session *at_home = open_session(&here, 1), *elsewhere = open_session(&there, 1);
    for (int r = 0; r < LOADS; r++) {
        group.scope[0][0] = r % 2 ? 3 : 4;
        double start = busy_seconds();
        floor_merge();
        merges[r] = (busy_seconds() - start) * 1e3;
        start = busy_seconds();
        configure(&here, CONFIGURED_AS_IS);
        applied[r] = (busy_seconds() - start) * 1e3;
        here_ms[r] = next_call(at_home);
        there_ms[r] = next_call(elsewhere);
    }
    double merge_ms = median(merges, LOADS), own_ms = median(here_ms, LOADS), other_ms = median(there_ms, LOADS);
    printf(
        "one changed grant: a merge by hand %.2f ms; the next call in the process that changed it %.2f ms, ratio %.2f; in another "
        "%.2f ms, ratio %.2f; making and applying the configuration %.0f ms\n",
        merge_ms, own_ms, own_ms / merge_ms, other_ms, other_ms / merge_ms, median(applied, LOADS));
    dealer_session_close(at_home);
    dealer_session_close(elsewhere);
    close_house(&there);
    close_house(&here);
}

int main(int argc, char **argv) {
    snprintf(path, sizeof path, "%s/permission_bench.db", argc > 1 ? argv[1] : ".");
    remove_store(path);
    make_group(argc > 2 ? argv[2] : NULL);
    floor_merge();
    printf("%d companies, %d departments, %d employees\n", group.company_count, group.department_count, EMPLOYEES);
    struct house house = open_house(true);
    configure(&house, CONFIGURED_ALL_MAY);
    create_documents(&house);
    close_house(&house);
    make_questions();
    check(CONFIGURED_WITH_DATES, true, "posts with dates, the host's clock");
    check(CONFIGURED_WITH_DATES, false, "posts with dates, the system's clock");
    check(CONFIGURED_AS_IS, true, "the host's clock");
    check(CONFIGURED_AS_IS, false, "the system's clock");
    change_grants();
    compare_loads("compiled");
    forget_compiled();
    compare_loads("from its text");
    remove_store(path);
    return 0;
}
