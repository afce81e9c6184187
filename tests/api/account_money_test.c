/* Money is conserved under any sequence of policies, purchases, machines that go back to their maker, receipts, payments, refunds and set-offs,
 * confirmed and un-confirmed at random: held against a model that knows only what came in, what went out, what was insured and bought. The seed is printed; DEALER_SEED repeats one. */
#include "support/past_world.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAPERS = 400, STEPS = 250, SEEDS = 3, MOST = 5000 };
enum kind { POLICY, PURCHASE, RECEIPT, PAYMENT, REFUND, SET_OFF, KINDS };
static const char *const types[KINDS] = {"insurance", "purchase", "receipt", "payment", "refund", "set_off"};
static const char insurer[] = "I"; /* who sells machines, too */

/* Money of a paper: what it adds to what the customer, or the insurer, owes once it counts. */
struct paper {
    enum kind kind;
    int64_t id, amount, commission;
    bool of_insurer, counts, dead;
};

static struct past_world world;
static struct paper papers[PAPERS];
static int count;
static int64_t customer, machine;
static uint64_t seed;

static int setup(void **state) {
    (void)state;
    past_world_open(&world, "account-money", 0);
    json_t *begin = json_pack("{s:[s,s],s:[]}", "with", "customer", "machine", "steps");
    story_play(&world.story, world.group, begin);
    json_decref(begin);
    customer = story_document(&world.story, "customer");
    machine = story_document(&world.story, "machine");
    count = 0;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    past_world_close(&world);
    return 0;
}

static int any(int bound) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)bound);
}

static dealer_session *as(const char *person) {
    dealer_status status;
    dealer_error *error = NULL;
    dealer_session *session = story_session(&world.story, person, &status, &error);
    story_must(status, error, person);
    return session;
}

static const char *keeper(enum kind kind) {
    return kind == POLICY ? "liu" : kind == PURCHASE ? "qin" : "wu";
}

static bool is_money(enum kind kind) {
    return kind >= RECEIPT;
}

/* Refused by a gate, or by its state: then nothing has changed, which the balances show. */
static bool let_through(dealer_status status, dealer_session *session, const char *what) {
    if (status != DEALER_E_GATE && status != DEALER_E_STATE) story_must(status, dealer_session_error(session), what);
    return status == DEALER_OK;
}

/* -- the model against the accounts -- */

static int64_t owed_of(const struct paper *paper, bool of_insurer) {
    if (!paper->counts || paper->kind == SET_OFF) return 0;
    if (paper->kind == POLICY) return of_insurer ? paper->commission - paper->amount : paper->amount;
    if (paper->of_insurer != of_insurer) return 0;
    return paper->kind == RECEIPT || paper->kind == PURCHASE ? -paper->amount : paper->amount;
}

static json_t *statement(bool of_insurer) {
    dealer_text *text = NULL;
    dealer_session *system = world.story.system;
    story_must(dealer_account_statement(system, &text, of_insurer ? 0 : customer, of_insurer ? insurer : NULL, NULL),
        dealer_session_error(system), "statement");
    return past_world_json(text);
}

static int64_t number(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static void assert_balance(bool of_insurer) {
    int64_t owed = 0;
    json_t *account = statement(of_insurer), *balance = json_array_get(json_object_get(account, "balances"), 0);
    for (int i = 0; i < count; i++) owed += owed_of(&papers[i], of_insurer);
    int64_t found = number(balance, "receivable") - number(balance, "payable");
    if (found != owed) fail_msg("%s owes %" PRId64 ", found %" PRId64, of_insurer ? "the insurer" : "the customer", owed, found);
    json_decref(account);
}

/* What is open of every item that is there, as text. */
static char *open_items(bool of_insurer) {
    json_t *account = statement(of_insurer), *row, *open = json_array();
    size_t index;
    json_array_foreach(json_object_get(account, "rows"), index, row) {
        json_array_append(open, json_object_get(row, "item"));
        json_array_append(open, json_object_get(row, "open"));
    }
    char *text = json_dumps(open, JSON_COMPACT);
    json_decref(open);
    json_decref(account);
    return text;
}

static void assert_sound(void) {
    dealer_text *findings = NULL;
    story_must(dealer_store_verify(world.story.system, &findings), dealer_session_error(world.story.system), "verify");
    assert_string_equal(dealer_text_data(findings), "[]");
    dealer_text_free(findings);
}

/* -- papers -- */

static int64_t submit(const char *person, const char *type, const char *fields) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    dealer_session *session = as(person);
    story_must(dealer_document_new(session, &document, type), dealer_session_error(session), type);
    story_must(dealer_document_merge(document, fields, strlen(fields)), dealer_document_error(document), fields);
    bool done = let_through(dealer_document_submit(session, &decision, document), session, fields);
    int64_t id = done ? dealer_document_id(document) : 0;
    dealer_decision_free(decision);
    dealer_document_free(document);
    return id;
}

static void keep(struct paper paper, const char *fields) {
    if (count == PAPERS) return;
    paper.id = submit(keeper(paper.kind), types[paper.kind], fields);
    if (paper.id) papers[count++] = paper;
}

static void insure(void) {
    struct paper paper = {.kind = POLICY, .amount = 100 * (1 + any(MOST)), .counts = true};
    char fields[400];
    int rate = any(20);
    paper.commission = paper.amount / 100 * rate;
    snprintf(fields, sizeof fields,
        "{\"customer\":%" PRId64 ",\"machine\":%" PRId64
        ",\"insurer\":\"%s\",\"policy_number\":\"%d\",\"cover\":\"all_risks\",\"starts_on\":\"2026-03-%02d\",\"ends_on\":\"2027-03-09\","
        "\"premium\":{\"amount_minor\":%" PRId64 ",\"currency\":\"CNY\"},\"on_account\":true,\"commission_rate\":%d}",
        customer, machine, insurer, count, 1 + any(28), paper.amount, rate * 100);
    keep(paper, fields);
}

static void buy(void) {
    struct paper paper = {.kind = PURCHASE, .amount = 1 + any(150 * MOST), .of_insurer = true, .counts = true};
    char fields[300];
    snprintf(fields, sizeof fields,
        "{\"supplier\":\"%s\",\"category\":\"roller\",\"brand\":\"B\",\"model\":\"M\",\"serial_number\":\"S%d\","
        "\"price\":{\"amount_minor\":%" PRId64 ",\"currency\":\"CNY\"},\"ordered_on\":\"2026-03-02\"}",
        insurer, count, paper.amount);
    keep(paper, fields);
}

static int64_t machine_of(int64_t stock_in) {
    dealer_document *document = NULL;
    int64_t id = 0;
    story_must(dealer_document_open(world.story.system, &document, stock_in), dealer_session_error(world.story.system), "open");
    story_must(dealer_document_integer(document, &id, "machine"), dealer_document_error(document), "machine");
    dealer_document_free(document);
    return id;
}

/* The machine comes, and goes back to its maker: he is owed nothing for it, or owes it back. */
static void return_to_maker(struct paper *purchase) {
    char fields[200];
    if (purchase->dead || !purchase->counts) return;
    snprintf(fields, sizeof fields,
        "{\"source\":\"purchase\",\"purchase\":%" PRId64 ",\"warehouse\":\"W\",\"received_on\":\"2026-03-02\"}", purchase->id);
    int64_t stock_in = submit("zhou", "stock_in", fields);
    if (!stock_in) return;
    snprintf(fields, sizeof fields, "{\"reason\":\"to_maker\",\"machine\":%" PRId64 ",\"issued_on\":\"2026-03-02\"}",
        machine_of(stock_in));
    purchase->counts = submit("zhou", "stock_out", fields) == 0;
}

static void pay(enum kind kind) {
    static const char *const days[KINDS] = {"", "", "received_on", "paid_on", "", "set_off_on"};
    struct paper paper = {.kind = kind, .amount = 1 + any(150 * MOST), .of_insurer = any(2)};
    char fields[300], whose[64];
    if (paper.of_insurer)
        snprintf(whose, sizeof whose, "\"party\":\"%s\"", insurer);
    else
        snprintf(whose, sizeof whose, "\"customer\":%" PRId64, customer);
    snprintf(fields, sizeof fields, "{%s,\"%s\":\"2026-03-02\",\"amount\":{\"amount_minor\":%" PRId64 ",\"currency\":\"CNY\"}}",
        whose, days[kind], paper.amount);
    keep(paper, fields);
}

static void refund(const struct paper *receipt) {
    struct paper paper = {.kind = REFUND, .amount = 1 + any((int)receipt->amount), .of_insurer = receipt->of_insurer};
    char fields[300], whose[64] = "";
    if (receipt->kind != RECEIPT || receipt->dead) return;
    if (!paper.of_insurer) snprintf(whose, sizeof whose, "\"customer\":%" PRId64 ",", customer);
    snprintf(fields, sizeof fields,
        "{%s\"receipt\":%" PRId64 ",\"refunded_on\":\"2026-03-02\",\"amount\":{\"amount_minor\":%" PRId64 ",\"currency\":\"CNY\"}}",
        whose, receipt->id, paper.amount);
    keep(paper, fields);
}

static bool confirm(struct paper *paper, bool confirmed) {
    dealer_document *document = NULL;
    dealer_session *session = as("wu");
    story_must(dealer_document_open(session, &document, paper->id), dealer_session_error(session), "open");
    bool done = let_through(dealer_document_confirm(session, document, confirmed), session, "confirm");
    dealer_document_free(document);
    if (done) paper->counts = confirmed;
    return done;
}

/* Un-confirming restores exactly. */
static void there_and_back(struct paper *paper) {
    char *before[2] = {open_items(false), open_items(true)}, *after[2];
    bool done = confirm(paper, true) && confirm(paper, false);
    after[0] = open_items(false);
    after[1] = open_items(true);
    if (done || !paper->counts) {
        assert_string_equal(before[0], after[0]);
        assert_string_equal(before[1], after[1]);
    }
    for (int i = 0; i < 2; i++) {
        free(before[i]);
        free(after[i]);
    }
}

static void drop(struct paper *paper) {
    dealer_document *document = NULL;
    dealer_session *session = as(keeper(paper->kind));
    if (paper->dead) return;
    story_must(dealer_document_open(session, &document, paper->id), dealer_session_error(session), "open");
    bool done = let_through(dealer_document_void(session, document, "x"), session, "void");
    dealer_document_free(document);
    if (!done) return;
    paper->dead = true;
    paper->counts = false;
}

/* Something with a paper that is there. */
static void touch(struct paper *paper, int what) {
    if (what == 0) {
        refund(paper);
    } else if (what == 1) {
        drop(paper);
    } else if (paper->kind == PURCHASE) {
        if (what > 4) return_to_maker(paper);
    } else if (!is_money(paper->kind)) {
        return;
    } else if (what < 5) {
        confirm(paper, true);
    } else if (what < 7) {
        if (!paper->counts) there_and_back(paper);
    } else {
        confirm(paper, false);
    }
}

static void step(void) {
    struct paper *paper = count ? &papers[any(count)] : NULL;
    int what = any(14);
    if (what < 2 || !paper) {
        any(3) ? insure() : buy();
    } else if (what < 6) {
        pay(what == 5 ? SET_OFF : what == 4 ? PAYMENT : RECEIPT);
    } else {
        touch(paper, what - 6);
    }
}

static void test_money__is_conserved_by_any_sequence(void **state) {
    const char *given = getenv("DEALER_SEED");
    (void)state;
    seed = given ? strtoull(given, NULL, 10) : 20260302;
    for (int run = 0; run < (given ? 1 : SEEDS); run++) {
        print_message("DEALER_SEED=%" PRIu64 "\n", seed);
        for (int i = 0; i < STEPS / (given ? 1 : SEEDS); i++) {
            step();
            assert_balance(false);
            assert_balance(true);
            if (i % 10 == 0) assert_sound();
        }
        assert_sound();
    }
    int counting = 0;
    for (int i = 0; i < count; i++) counting += papers[i].counts && is_money(papers[i].kind);
    assert_true(counting > 5);
    int returned = 0;
    for (int i = 0; i < count; i++) returned += papers[i].kind == PURCHASE && !papers[i].dead && !papers[i].counts;
    assert_true(given || returned > 0);
}

/* -- whose account -- */

static void test_statement__is_of_one_party(void **state) {
    dealer_text *text = NULL;
    dealer_session *system = world.story.system;
    char longer[130];
    (void)state;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(dealer_account_statement(system, &text, customer, insurer, NULL), DEALER_E_INVALID);
    assert_int_equal(dealer_account_statement(system, &text, 0, NULL, NULL), DEALER_E_INVALID);
    assert_int_equal(dealer_account_statement(system, &text, 0, "", NULL), DEALER_E_INVALID);
    assert_int_equal(dealer_account_statement(system, &text, 0, longer, NULL), DEALER_E_INVALID);
    assert_int_equal(dealer_account_statement(system, &text, machine, NULL, NULL), DEALER_E_INVALID);
    assert_int_equal(dealer_account_statement(system, &text, 4711, NULL, NULL), DEALER_E_NOT_FOUND);
    assert_int_equal(dealer_account_statement(system, &text, customer, NULL, "2026-02-30"), DEALER_E_INVALID);
    assert_int_equal(dealer_account_ageing(system, &text, "yesterday"), DEALER_E_INVALID);
    assert_null(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_money__is_conserved_by_any_sequence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_statement__is_of_one_party, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
