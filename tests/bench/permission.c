/* How fast a permission check through the public call is, coherence with other processes included, against a hand-written
 * branchless test of masks and intervals over int64 ids in the same run; and how fast a group is loaded, against reading the same
 * bytes and rows by hand. One group: 20 companies, 400 departments, 10,000 employees with 1 to 3 posts, 200 posts x 30 functions.
 * Prints ratios; asserts nothing but that both say the same.
 *
 *   permission [directory]        default: files in the current directory */
#include "measure.h"
#include "support/store_files.h"

#include <dealer.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COMPANIES = 20,
    DEPARTMENTS = 400,
    EMPLOYEES = 10000,
    POSTS = 200,
    FUNCTIONS = 30,
    HOLDINGS = 3,
    SESSIONS = 1000,
    DOCUMENTS = 2000,
    QUESTIONS = 1 << 15,
    ROUNDS = 41,
    LOADS = 7,
    SCOPES = 5
};

static const char *const types[3] = {"trade_in", "sales", "contract"};
static const char *const actions[10] = {
    "create", "read", "edit", "submit", "delete", "void", "review", "lock", "administer", "enter"};
static const char *const scopes[SCOPES] = {"self", "department", "department_and_below", "company", "group"};

/* -- the group, as numbers -- */

struct holding {
    int post, department, company; /* department -1: in the company */
};
struct group {
    int parent[DEPARTMENTS], order[DEPARTMENTS], last[DEPARTMENTS];
    int scope[POSTS][FUNCTIONS]; /* -1: not granted */
    int home[EMPLOYEES], holding_count[EMPLOYEES];
    struct holding holdings[EMPLOYEES][HOLDINGS];
};
static struct group group;
static uint64_t state = 42;

static uint32_t draw(uint32_t below) {
    uint64_t z = state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return (uint32_t)((z ^ z >> 31) % below);
}

/* Each company has 20 departments: a tree of one, four below it, fifteen below those. */
static void make_group(void) {
    for (int d = 0; d < DEPARTMENTS; d++) {
        int within = d % 20, base = d - within;
        group.parent[d] = within == 0 ? -1 : within < 5 ? base : base + 1 + (within - 5) % 4;
    }
    for (int p = 0; p < POSTS; p++) {
        for (int f = 0; f < FUNCTIONS; f++) group.scope[p][f] = (int)draw(100) < 20 ? -1 : (int)draw(SCOPES);
    }
    for (int e = 0; e < EMPLOYEES; e++) {
        group.home[e] = (int)draw(DEPARTMENTS);
        group.holding_count[e] = 1 + (int)draw(HOLDINGS);
        for (int h = 0; h < group.holding_count[e]; h++)
            group.holdings[e][h] = (struct holding){(int)draw(POSTS), group.home[e], group.home[e] / 20};
    }
}

/* -- as configuration -- */

static char *text;
static size_t used, size;

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));
#include <stdarg.h>
static void add(const char *format, ...) {
    va_list list;
    if (used + 4096 > size) text = realloc(text, size = size * 2 + 65536);
    va_start(list, format);
    used += (size_t)vsnprintf(text + used, size - used, format, list);
    va_end(list);
}

static void add_posts(bool maker) {
    add("\"posts\":[");
    if (maker) add("{\"code\":\"maker\",\"name\":\"maker\",\"grants\":[{\"functions\":[\"*.*\"],\"scope\":\"group\"}]}");
    for (int p = 0; p < POSTS && !maker; p++) {
        add("%s{\"code\":\"p%d\",\"name\":\"post %d\",\"grants\":[", p ? "," : "", p, p);
        bool first = true;
        for (int f = 0; f < FUNCTIONS; f++) {
            if (group.scope[p][f] < 0) continue;
            add("%s{\"functions\":[\"%s.%s\"],\"scope\":\"%s\"}", first ? "" : ",", types[f / 10], actions[f % 10],
                scopes[group.scope[p][f]]);
            first = false;
        }
        add("]}");
    }
    add("],");
}

static const char *configuration(bool maker) {
    used = 0;
    add("{\"group\":{\"code\":\"G\",\"name\":\"group\"},\"companies\":[");
    for (int c = 0; c < COMPANIES; c++)
        add("%s{\"code\":\"c%d\",\"name\":\"company %d\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}", c ? "," : "", c, c);
    add("],\"departments\":[");
    for (int d = 0; d < DEPARTMENTS; d++) {
        add("%s{\"code\":\"d%d\",\"name\":\"department %d\",\"company\":\"c%d\"", d ? "," : "", d, d, d / 20);
        if (group.parent[d] >= 0) add(",\"parent\":\"d%d\"", group.parent[d]);
        add("}");
    }
    add("],");
    add_posts(maker);
    add("\"employees\":[");
    for (int e = 0; e < EMPLOYEES; e++) {
        add("%s{\"code\":\"e%d\",\"name\":\"employee %d\",\"department\":\"d%d\",\"posts\":[", e ? "," : "", e, e, group.home[e]);
        for (int h = 0; h < (maker ? 1 : group.holding_count[e]); h++) {
            if (maker)
                add("{\"post\":\"maker\"}");
            else
                add("%s{\"post\":\"p%d\"}", h ? "," : "", group.holdings[e][h].post);
        }
        add("]}");
    }
    add("]}");
    return text;
}

/* -- the library -- */

static int64_t fixed_now(void *user_data) {
    return *(const int64_t *)user_data;
}

static dealer_session *sessions[SESSIONS];
static dealer_document *documents[DOCUMENTS];
static int document_department[DOCUMENTS], document_owner[DOCUMENTS], document_type[DOCUMENTS];

static void open_sessions(dealer_store *store) {
    char code[16];
    dealer_error *error = NULL;
    for (int s = 0; s < SESSIONS; s++) {
        snprintf(code, sizeof code, "e%d", s);
        must(dealer_session_open(store, &sessions[s], &error, code), error, "session");
    }
}

static void close_sessions(void) {
    for (int s = 0; s < SESSIONS; s++) dealer_session_close(sessions[s]);
}

static void configure(dealer_session *system, bool maker) {
    const char *body = configuration(maker);
    must(dealer_configuration_apply(system, NULL, body, used, 0), dealer_session_error(system), "configuration");
}

static void create_documents(dealer_store *store, int64_t ids[DOCUMENTS]) {
    char company[16], department[16];
    open_sessions(store);
    for (int i = 0; i < DOCUMENTS; i++) {
        dealer_document *document = NULL;
        document_department[i] = (int)draw(DEPARTMENTS);
        document_owner[i] = (int)draw(SESSIONS);
        document_type[i] = (int)draw(3);
        dealer_session *session = sessions[document_owner[i]];
        snprintf(company, sizeof company, "c%d", document_department[i] / 20);
        snprintf(department, sizeof department, "d%d", document_department[i]);
        must(dealer_document_new(session, &document, types[document_type[i]]), dealer_session_error(session), "new");
        must(dealer_document_set_place(session, document, company, department), dealer_session_error(session), "place");
        must(dealer_document_save(session, document), dealer_session_error(session), "save");
        ids[i] = dealer_document_id(document);
        dealer_document_free(document);
    }
    close_sessions();
}

/* -- the floor: masks by post and scope, intervals, int64 ids through open addressing; no branch on an answer -- */

struct slot {
    int64_t id;
    int32_t index;
};
static struct slot employee_slots[1 << 15], department_slots[1 << 10];
static struct floor_seat {
    int64_t company, department, owner;
    uint32_t low, span;
    uint32_t masks[SCOPES]; /* a bit for each function */
} floor_seats[EMPLOYEES][HOLDINGS];
static int floor_counts[EMPLOYEES];

static void put(struct slot *slots, uint32_t mask, int64_t id, int32_t index) {
    uint32_t at = (uint32_t)((uint64_t)id * 0x9e3779b97f4a7c15U >> 32) & mask;
    while (slots[at].id) at = (at + 1) & mask;
    slots[at] = (struct slot){id, index};
}

static inline int32_t get(const struct slot *slots, uint32_t mask, int64_t id) {
    uint32_t at = (uint32_t)((uint64_t)id * 0x9e3779b97f4a7c15U >> 32) & mask;
    while (slots[at].id != id) at = (at + 1) & mask;
    return slots[at].index;
}

/* Ids beyond 1 stand for what a host would have: any int64. */
static int64_t id_of(int index) {
    return 1000003 + (int64_t)index * 7919;
}

static int placed;
static void order_department(int d) {
    group.order[d] = placed++;
    for (int child = 0; child < DEPARTMENTS; child++) {
        if (group.parent[child] == d) order_department(child);
    }
    group.last[d] = placed - 1;
}

static void build_floor(void) {
    for (int d = 0; d < DEPARTMENTS; d++) {
        if (group.parent[d] < 0) order_department(d);
    }
    for (int d = 0; d < DEPARTMENTS; d++) put(department_slots, (1 << 10) - 1, id_of(d), group.order[d]);
    for (int e = 0; e < EMPLOYEES; e++) {
        put(employee_slots, (1 << 15) - 1, id_of(e), e);
        floor_counts[e] = group.holding_count[e];
        for (int h = 0; h < group.holding_count[e]; h++) {
            struct floor_seat *seat = &floor_seats[e][h];
            int d = group.home[e], post = group.holdings[e][h].post;
            *seat = (struct floor_seat){.company = id_of(d / 20),
                .department = id_of(d),
                .owner = id_of(e),
                .low = (uint32_t)group.order[d],
                .span = (uint32_t)(group.last[d] - group.order[d])};
            for (int f = 0; f < FUNCTIONS; f++) {
                if (group.scope[post][f] >= 0) seat->masks[group.scope[post][f]] |= 1U << f;
            }
        }
    }
}

struct question {
    int employee, document, function;
    int64_t employee_id, company_id, department_id, owner_id;
    char text[32];
};
static struct question questions[QUESTIONS];

static inline unsigned floor_allows(const struct question *question) {
    int32_t employee = get(employee_slots, (1 << 15) - 1, question->employee_id);
    uint32_t order = (uint32_t)get(department_slots, (1 << 10) - 1, question->department_id);
    unsigned allowed = 0, bit = (unsigned)question->function;
    for (int h = 0; h < floor_counts[employee]; h++) {
        const struct floor_seat *seat = &floor_seats[employee][h];
        unsigned here = question->company_id == seat->company;
        allowed |= (seat->masks[0] >> bit & here & (unsigned)(question->owner_id == seat->owner)) |
                   (seat->masks[1] >> bit & (unsigned)(question->department_id == seat->department)) |
                   (seat->masks[2] >> bit & (unsigned)(order - seat->low <= seat->span)) | (seat->masks[3] >> bit & here) |
                   (seat->masks[4] >> bit);
    }
    return allowed & 1U;
}

static void make_questions(void) {
    for (int q = 0; q < QUESTIONS; q++) {
        struct question *question = &questions[q];
        question->employee = (int)draw(SESSIONS);
        question->document = (int)draw(DOCUMENTS);
        int d = document_department[question->document], action = (int)draw(10);
        question->function = document_type[question->document] * 10 + action;
        question->employee_id = id_of(question->employee);
        question->company_id = id_of(d / 20);
        question->department_id = id_of(d);
        question->owner_id = id_of(document_owner[question->document]);
        snprintf(question->text, sizeof question->text, "%s.%s", types[question->function / 10], actions[action]);
    }
}

static int64_t ask_floor(void) {
    int64_t allowed = 0;
    for (int q = 0; q < QUESTIONS; q++) allowed += floor_allows(&questions[q]);
    return allowed;
}

static int64_t ask_library(void) {
    int64_t allowed = 0;
    for (int q = 0; q < QUESTIONS; q++) {
        int32_t answer = 0;
        const struct question *question = &questions[q];
        dealer_allows(sessions[question->employee], &answer, question->text, documents[question->document]);
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
        floor_allowed = ask_floor();
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
    printf("%s: floor %.1f ns, dealer_allows %.1f ns, ratio %.2f (%.0f %% allowed)\n", title, floor_ns, library_ns,
        library_ns / floor_ns, 100.0 * (double)library_allowed / QUESTIONS);
}

/* -- loading -- */

static double scan(const char *path) {
    static const char *const queries[] = {"SELECT body FROM configuration ORDER BY version DESC LIMIT 1",
        "SELECT id, code FROM company", "SELECT id, code FROM department", "SELECT id, code FROM post",
        "SELECT id, code FROM employee"};
    sqlite3 *db = NULL;
    int64_t bytes = 0;
    double start = seconds();
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) exit(1);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        sqlite3_stmt *statement = NULL;
        sqlite3_prepare_v2(db, queries[i], -1, &statement, NULL);
        while (sqlite3_step(statement) == SQLITE_ROW) bytes += sqlite3_column_bytes(statement, i ? 1 : 0);
        sqlite3_finalize(statement);
    }
    double end = seconds();
    sqlite3_close(db);
    return bytes > 0 ? (end - start) * 1e3 : 0;
}

static double load(const char *path) {
    dealer_store *store = NULL;
    dealer_session *session = NULL;
    dealer_error *error = NULL;
    double start = seconds();
    must(dealer_store_open(&store, &error, path, NULL), error, "open");
    must(dealer_session_open(store, &session, &error, "e1"), error, "session");
    double end = seconds();
    dealer_session_close(session);
    dealer_store_close(store);
    return (end - start) * 1e3;
}

int main(int argc, char **argv) {
    char path[512];
    static int64_t ids[DOCUMENTS];
    int64_t now = 1780000000000;
    dealer_store *store = NULL;
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    bool host_clock = argc > 2 && strcmp(argv[2], "host") == 0;
    snprintf(path, sizeof path, "%s/permission_bench.db", argc > 1 ? argv[1] : ".");
    remove_store(path);
    if (host_clock) {
        options.now_utc_ms = fixed_now;
        options.now_user_data = &now;
    }
    make_group();
    build_floor();
    must(dealer_store_open(&store, &error, path, &options), error, "open");
    must(dealer_session_open_system(store, &system, &error, "bench"), error, "system");
    configure(system, true);
    create_documents(store, ids);
    configure(system, false);
    open_sessions(store);
    for (int i = 0; i < DOCUMENTS; i++)
        must(dealer_document_open(system, &documents[i], ids[i]), dealer_session_error(system), "document");
    make_questions();
    compare(host_clock ? "check, the host's clock" : "check, the system's clock");
    double scans[LOADS], loads[LOADS];
    for (int r = 0; r < LOADS; r++) {
        scans[r] = scan(path);
        loads[r] = load(path);
    }
    double scan_ms = median(scans, LOADS), load_ms = median(loads, LOADS);
    printf("load: scan of the tables %.2f ms, open to first session %.2f ms, ratio %.2f\n", scan_ms, load_ms, load_ms / scan_ms);
    for (int i = 0; i < DOCUMENTS; i++) dealer_document_free(documents[i]);
    close_sessions();
    dealer_session_close(system);
    dealer_store_close(store);
    remove_store(path);
    free(text);
    return 0;
}
