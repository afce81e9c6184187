/* Exhaustive small worlds: every order of a few actions by three people (and an administrator) over small flows. What
 * must never be, is looked for after each; each log is replayed, and each preview is held against what then happens. */
#include "support/approval_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH = 6, PREVIEW_DEPTH = 5, WALK = 60 };

static const char PEOPLE[] = "{\"persons\":[\"S\",\"A\",\"B\"],\"heads\":{\"S\":\"A\"},\"posts\":{\"p@company\":[\"A\",\"B\"]},"
                             "\"true\":[\"large\"]}";

struct search {
    struct approval_world world;
    struct approval_action log[WALK];
    int64_t times[WALK];
    int length;
    const char *flow; /* random ones, told when something is wrong */
    long states, refusals, previews, leaves;
};

/* S = 1, A = 2, B = 3. */
static const struct approval_action repertoire[] = {
    {.verb = APPROVAL_VERB_SUBMIT, .actor = 1},
    {.verb = APPROVAL_VERB_RESUBMIT, .actor = 1},
    {.verb = APPROVAL_VERB_RECALL, .actor = 1},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 1},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 2},
    {.verb = APPROVAL_VERB_APPROVE, .actor = 3},
    {.verb = APPROVAL_VERB_REJECT, .actor = 2},
    {.verb = APPROVAL_VERB_REJECT, .actor = 3},
    {.verb = APPROVAL_VERB_ABSTAIN, .actor = 2},
    {.verb = APPROVAL_VERB_ABSTAIN, .actor = 3},
    {.verb = APPROVAL_VERB_RETURN, .actor = 2},
    {.verb = APPROVAL_VERB_RETURN, .actor = 3, .target = "previous"},
    {.verb = APPROVAL_VERB_RETURN, .actor = 3, .target = "previous", .back = true},
    {.verb = APPROVAL_VERB_RETURN, .actor = 2, .target = "submitter", .back = true},
    {.verb = APPROVAL_VERB_TAKE_BACK, .actor = 2},
    {.verb = APPROVAL_VERB_TAKE_BACK, .actor = 3},
    {.verb = APPROVAL_VERB_CLAIM, .actor = 2},
    {.verb = APPROVAL_VERB_UNCLAIM, .actor = 2},
    {.verb = APPROVAL_VERB_TRANSFER, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_TRANSFER, .actor = 3, .person = 2},
    {.verb = APPROVAL_VERB_DELEGATE, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_RESOLVE, .actor = 2},
    {.verb = APPROVAL_VERB_RESOLVE, .actor = 3},
    {.verb = APPROVAL_VERB_ADD_BEFORE, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_ADD_AFTER, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_ADD_BESIDE, .actor = 2, .person = 3},
    {.verb = APPROVAL_VERB_REMOVE, .actor = 2, .task = 2},
    {.verb = APPROVAL_VERB_SUSPEND, .actor = 1, .administrator = true},
    {.verb = APPROVAL_VERB_RESUME, .actor = 1, .administrator = true},
    {.verb = APPROVAL_VERB_TERMINATE, .actor = 1, .administrator = true, .comment = "gone"},
    {.verb = APPROVAL_VERB_OVERRIDE_PASS, .actor = 1, .administrator = true, .comment = "ill"},
    {.verb = APPROVAL_VERB_OVERRIDE_REJECT, .actor = 1, .administrator = true, .comment = "fraud"},
};
enum { REPERTOIRE = sizeof repertoire / sizeof *repertoire };

static void tell_log(const struct search *search) {
    if (search->flow != NULL) fprintf(stderr, "  %s\n", search->flow);
    for (int i = 0; i < search->length; i++) {
        const struct approval_action *action = &search->log[i];
        fprintf(stderr, "  %s by %d (person %d, target %s%s)\n", approval_verb_name(action->verb), (int)action->actor,
            (int)action->person, action->target == NULL ? "-" : action->target, action->back ? ", back" : "");
    }
}

static void never(struct search *search, const char *what) {
    if (what == NULL) return;
    tell_log(search);
    fail_msg("never: %s", what);
}

/* After approved or terminated nothing moves any more, and there is at most one end between two submissions. */
static const char *final_fault(const struct approval_instance *before, const struct approval_outcome *after) {
    int finals = 0, submissions = 0;
    for (size_t i = 0; i < after->effect_count; i++) {
        enum approval_effect_kind kind = after->effects[i].kind;
        finals += kind == APPROVAL_EFFECT_FINAL_APPROVED || kind == APPROVAL_EFFECT_FINAL_REJECTED ||
                  kind == APPROVAL_EFFECT_TERMINATED || kind == APPROVAL_EFFECT_RECALLED ||
                  kind == APPROVAL_EFFECT_RETURNED_TO_SUBMITTER;
        submissions += kind == APPROVAL_EFFECT_RESUBMITTED;
    }
    bool ended = before->state == APPROVAL_STATE_APPROVED || before->state == APPROVAL_STATE_TERMINATED;
    if (ended) return "something moved after the end";
    if (finals > 1) return "two ends in one step";
    if (before->state == APPROVAL_STATE_REJECTED && finals > 0 && submissions == 0 &&
        after->instance.state != APPROVAL_STATE_TERMINATED) {
        return "an end after the end";
    }
    if (after->instance.history != before->history + (int64_t)after->effect_count) return "history that does not add up";
    return NULL;
}

static char *text_of(struct search *search, const struct approval_instance *instance) {
    char *text = approval_world_text(&search->world, instance);
    assert_non_null(text);
    return text;
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_holder(const struct approval_task *a, const struct approval_task *b) {
    return a->owner == b->owner && a->assignee == b->assignee && a->candidate_count == b->candidate_count &&
           a->decided_by == b->decided_by && a->added_by == b->added_by && a->weight == b->weight && a->required == b->required &&
           a->turn == b->turn;
}

static bool same_times(const struct approval_task *a, const struct approval_task *b) {
    return a->opened_ms == b->opened_ms && a->closed_ms == b->closed_ms && a->opened_move == b->opened_move &&
           a->closed_move == b->closed_move && a->round == b->round;
}

static bool same_task(const struct approval_task *a, const struct approval_task *b) {
    return a->number == b->number && a->visit == b->visit && same_text(a->node, b->node) && same_holder(a, b) && same_times(a, b) &&
           a->state == b->state && a->decision == b->decision && same_text(a->comment, b->comment) &&
           same_text(a->reason_en, b->reason_en) && same_text(a->reason_zh, b->reason_zh);
}

static bool same_visit(const struct approval_visit *a, const struct approval_visit *b) {
    return a->number == b->number && a->parent == b->parent && same_text(a->node, b->node) && a->state == b->state &&
           a->round == b->round && a->chosen == b->chosen && a->overridden == b->overridden && same_text(a->back_to, b->back_to) &&
           a->entered_ms == b->entered_ms && a->closed_ms == b->closed_ms && a->entered_move == b->entered_move &&
           a->closed_move == b->closed_move && a->superseded_move == b->superseded_move;
}

/* What is past has its place in one of them, perhaps not yet in the other. */
static bool same_rows(const struct approval_instance *a, const struct approval_instance *b) {
    bool same = true;
    for (int64_t number = 1; same && number < a->next_visit; number++) {
        const struct approval_visit *one = approval_visit_find(a, number), *other = approval_visit_find(b, number);
        same = one != NULL && other != NULL && same_visit(one, other);
    }
    for (int64_t number = 1; same && number < a->next_task; number++) {
        const struct approval_task *one = approval_task_find(a, number), *other = approval_task_find(b, number);
        same = one != NULL && other != NULL && same_task(one, other);
    }
    return same;
}

static bool same_instance(const struct approval_instance *a, const struct approval_instance *b) {
    return a->state == b->state && a->round == b->round && a->history == b->history && a->move == b->move &&
           a->decision_move == b->decision_move && a->decision_task == b->decision_task && same_text(a->resume_at, b->resume_at) &&
           a->next_visit == b->next_visit && a->next_task == b->next_task && same_rows(a, b);
}

/* As it is when it was stored meanwhile. */
static struct approval_instance stored(struct search *search, struct region *region, const struct approval_instance *instance) {
    struct approval_world *world = &search->world;
    struct approval_instance read;
    struct json *json = NULL;
    char *text = text_of(search, instance);
    assert_int_equal(json_parse(&world->env, text, strlen(text), false, &json), DEALER_OK);
    assert_int_equal(approval_instance_from_json(&world->env, region, json_root(json), &read), DEALER_OK);
    json_free(json);
    free(text);
    return read;
}

/* The whole log from the start gives the same instance; now and then with storing before each step. */
static void check_replay(struct search *search, const struct approval_instance *instance) {
    enum { STORED_EACH = 16 };
    struct approval_world *world = &search->world;
    struct region region;
    struct approval_instance replayed;
    region_init(&region, &world->seams);
    approval_instance_init(&replayed, 100, 1, world->flow->id, "v1");
    for (int i = 0; i < search->length; i++) {
        struct approval_outcome outcome;
        world->call.now_ms = search->times[i];
        if (search->leaves % STORED_EACH == 0) replayed = stored(search, &region, &replayed);
        assert_int_equal(approval_step(&world->env, &region, &world->call, &replayed, &search->log[i], &outcome), DEALER_OK);
        replayed = outcome.instance;
    }
    if (!same_instance(&replayed, instance)) never(search, "a replay that differs");
    region_finish(&region);
}

/* Written as JSON and read back it is the same, and so are the bytes. */
static void check_json(struct search *search, const struct approval_instance *instance) {
    struct region region;
    region_init(&region, &search->world.seams);
    struct approval_instance read = stored(search, &region, instance);
    if (!same_instance(&read, instance)) never(search, "JSON that reads back differently");
    char *expected = text_of(search, instance), *again = text_of(search, &read);
    if (strcmp(expected, again) != 0) never(search, "JSON that is written differently");
    free(again);
    free(expected);
    region_finish(&region);
}

/* Everybody who is awaited agrees, one after the other. */
static void agree_to_end(struct search *search, struct region *region, struct approval_instance *instance) {
    struct approval_world *world = &search->world;
    for (int guard = 0; instance->state == APPROVAL_STATE_RUNNING; guard++) {
        size_t at = 0;
        const struct approval_task *task = approval_awaited(instance, &at);
        struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .task = task->number};
        action.actor = task->assignee != 0 ? task->assignee : task->candidates[0];
        if (task->assignee != task->owner) action.verb = APPROVAL_VERB_RESOLVE;
        struct approval_outcome outcome;
        assert_int_equal(approval_step(&world->env, region, &world->call, instance, &action, &outcome), DEALER_OK);
        *instance = outcome.instance;
        if (guard > 30) never(search, "a way that does not end though everybody agrees");
    }
}

/* Somebody at a node that is still open has not agreed: when it waits for everyone, it is lost all the same. */
static bool is_disputed(const struct approval_instance *instance) {
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_visit *visit = approval_visit_find(instance, instance->tasks[i].visit);
        bool against =
            instance->tasks[i].decision == APPROVAL_DECISION_REJECTED || instance->tasks[i].decision == APPROVAL_DECISION_ABSTAINED;
        if (visit->state == APPROVAL_VISIT_ACTIVE && against) return true;
    }
    return false;
}

/* The route begins with the nodes that are active already. */
static size_t rows_under_way(const struct approval_instance *start, const struct approval_route *route) {
    size_t row = 0;
    for (bool is_active = true; is_active && row < route->count; row += is_active) {
        is_active = false;
        for (size_t i = 0; i < start->visit_count; i++) {
            bool active = start->visits[i].state == APPROVAL_VISIT_ACTIVE;
            is_active = is_active || (active && strcmp(start->visits[i].node, route->nodes[row].node) == 0);
        }
    }
    return row;
}

static size_t people_at(const struct approval_instance *instance, int64_t visit) {
    size_t people = 0;
    for (size_t i = 0; i < instance->task_count; i++) {
        const struct approval_task *task = &instance->tasks[i];
        if (task->visit == visit) people += task->candidate_count > 0 ? task->candidate_count : 1;
    }
    return people;
}

static const char *row_fault(
    const struct approval_route *route, size_t first, const struct approval_instance *end, const struct approval_visit *visit) {
    const struct approval_route_node *row = NULL;
    for (size_t i = first; i < route->count; i++) {
        if (strcmp(route->nodes[i].node, visit->node) == 0) row = &route->nodes[i];
    }
    if (row == NULL) return "a node that the preview did not tell";
    if (row->kind != APPROVAL_NODE_APPROVE) return NULL;
    if (people_at(end, visit->number) != row->people_count) return "people whom the preview did not tell";
    bool skipped = visit->state == APPROVAL_VISIT_SKIPPED;
    return row->depends || row->skipped == skipped ? NULL : "a skip that the preview did not tell";
}

/* The nodes entered from here on are those of the preview, each with the people it named. */
static void check_preview(struct search *search, const struct approval_instance *start) {
    struct approval_world *world = &search->world;
    struct region region;
    struct approval_route route;
    struct approval_instance end = *start;
    region_init(&region, &world->seams);
    int64_t time = world->call.now_ms;
    assert_int_equal(approval_preview(&world->env, &region, &world->call, start, &route), DEALER_OK);
    agree_to_end(search, &region, &end);
    world->call.now_ms = time;
    if (end.state == APPROVAL_STATE_APPROVED) {
        size_t first = rows_under_way(start, &route), entered = 0;
        for (size_t i = 0; i < end.visit_count; i++) {
            if (end.visits[i].number < start->next_visit) continue;
            entered++;
            never(search, row_fault(&route, first, &end, &end.visits[i]));
        }
        if (entered != route.count - first) never(search, "a preview of nodes that are not entered");
        search->previews++;
    } else if (!is_disputed(start)) {
        never(search, "everybody agrees, and it is not approved");
    }
    region_finish(&region);
}

static void explore(struct search *search, const struct approval_instance *instance, int depth) {
    struct approval_world *world = &search->world;
    search->states++;
    if (instance->state == APPROVAL_STATE_RUNNING && depth <= PREVIEW_DEPTH) check_preview(search, instance);
    if (depth < DEPTH) check_json(search, instance);
    if (depth == DEPTH) {
        search->leaves++;
        check_replay(search, instance);
        return;
    }
    for (size_t i = 0; i < REPERTOIRE; i++) {
        struct region region;
        struct approval_outcome outcome = {.effect_count = 12345};
        region_init(&region, &world->seams);
        error_clear(&world->env.error);
        world->call.now_ms = 1000 * (depth + 1);
        search->log[search->length] = repertoire[i];
        search->times[search->length] = world->call.now_ms;
        dealer_status status = approval_step(&world->env, &region, &world->call, instance, &repertoire[i], &outcome);
        if (status == DEALER_OK) {
            search->length++;
            never(search, approval_world_fault(&outcome.instance));
            never(search, final_fault(instance, &outcome));
            explore(search, &outcome.instance, depth + 1);
            search->length--;
        } else {
            search->refusals++;
            if (world->env.error.depth == 0) never(search, "a refusal without a word");
            if (outcome.effect_count != 12345) never(search, "a refusal that touched its result");
        }
        region_finish(&region);
    }
}

static void explore_flow(const char *flow) {
    struct search search = {.length = 0};
    struct seams seams;
    struct env env;
    struct json *flow_json = NULL, *people_json = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(json_parse(&env, flow, strlen(flow), false, &flow_json), DEALER_OK);
    assert_int_equal(json_parse(&env, PEOPLE, strlen(PEOPLE), false, &people_json), DEALER_OK);
    dealer_status status = approval_world_open(&search.world, NULL, json_root(flow_json), json_root(people_json));
    if (status != DEALER_OK) fail_msg("%s", search.world.env.error.entries[0].en);
    struct approval_instance start = search.world.instance;
    explore(&search, &start, 0);
    print_message("%ld states, %ld refusals, %ld logs replayed, %ld previews\n", search.states, search.refusals, search.leaves,
        search.previews);
    assert_true(search.leaves > 100);
    approval_world_close(&search.world);
    json_free(flow_json);
    json_free(people_json);
    env_finish(&env);
}

#define A                      "{\"person\":\"A\"}"
#define B                      "{\"person\":\"B\"}"
#define AB                     "{\"persons\":[\"A\",\"B\"]}"
#define APPROVE(id, who, more) "{\"id\":\"" id "\",\"kind\":\"approve\",\"who\":" who more "}"
#define SUB(id, more)          "{\"id\":\"" id "\",\"kind\":\"sub_flow\",\"flow\":\"sub\"" more "}"
#define FLOW(nodes)            "{\"id\":\"f\",\"nodes\":[" nodes "]}"
#define WITH_SUB(nodes, sub)   "{\"id\":\"f\",\"nodes\":[" nodes "],\"sub_flows\":{\"sub\":{\"id\":\"s\",\"nodes\":[" sub "]}}}"

static void test_two_nodes_with_return_and_skipped_approver(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", A, "") "," APPROVE("n2", B, ",\"rejected\":\"previous\"") "," APPROVE(
        "n3", A, ",\"same_approver\":\"skip_anywhere\"")));
}

static void test_all_then_one(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", AB, ",\"mode\":\"all\"") "," APPROVE("n2", B, ",\"rejected\":\"node:n1\"")));
}

static void test_any_then_one(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", AB, ",\"mode\":\"any\"") "," APPROVE("n2", B, ",\"same_approver\":\"skip_consecutive\"")));
}

static void test_a_post_task_to_claim(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", "{\"post\":\"p\",\"in\":\"company\"}", ",\"claim\":true,\"mode\":\"any\"") "," APPROVE(
        "n2", B, ",\"rejected\":\"submitter\"")));
}

static void test_in_sequence(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", AB, ",\"mode\":\"sequential\"") "," APPROVE("n2", B, "")));
}

static void test_a_count_that_waits_for_everyone(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", AB, ",\"mode\":{\"count\":1},\"wait_for_everyone\":true") "," APPROVE("n2", A, "")));
}

static void test_parallel_branches(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n0", B, "") ",{\"id\":\"p\",\"kind\":\"parallel\",\"branches\":[{\"nodes\":[" APPROVE(
        "x", A, "") "]},{\"nodes\":[" APPROVE("y", B, ",\"rejected\":\"previous\"") "]},{\"nodes\":[]}]}," APPROVE("z", B, "")));
}

static void test_branches_within_branches(void **state) {
    (void)state;
    explore_flow(FLOW("{\"id\":\"x\",\"kind\":\"exclusive\",\"branches\":[{\"when\":{\"rule\":\"large\"},\"nodes\":[" APPROVE(
        "a", A, "") ",{\"id\":\"i\",\"kind\":\"inclusive\",\"branches\":[{\"when\":{\"rule\":\"large\"},\"nodes\":[" APPROVE("b", B,
        "") "]},{\"otherwise\":true,\"nodes\":[]}]}]},{\"otherwise\":true,\"nodes\":[]}]}," APPROVE("c", B,
        "") ",{\"id\":\"e\",\"kind\":\"end\"}"));
}

static void test_a_sub_flow_that_is_waited_for(void **state) {
    (void)state;
    explore_flow(WITH_SUB(APPROVE("n1", A, "") "," SUB("s", ",\"rejected\":\"previous\"") "," APPROVE("n2", A, ""),
        APPROVE("x", B, "") "," APPROVE("y", AB, ",\"mode\":\"any\"")));
}

static void test_a_sub_flow_beside(void **state) {
    (void)state;
    explore_flow(WITH_SUB(
        SUB("s", ",\"async\":true") "," APPROVE("n1", A, "") "," APPROVE("n2", AB, ",\"mode\":\"any\""), APPROVE("x", B, "")));
}

static void test_the_submitter_among_the_approvers(void **state) {
    (void)state;
    explore_flow(FLOW(APPROVE("n1", "{\"persons\":[\"S\",\"B\"]}", "") "," APPROVE(
        "n2", "{\"persons\":[\"S\",\"A\"]}", ",\"approver_is_submitter\":\"allow\",\"mode\":{\"ratio_bp\":5000}")));
}

/* A small generator of its own, so that a failure comes again. */
struct dice {
    uint64_t state;
    char text[16384];
    int nodes;
};

static int roll(struct dice *dice, int sides) {
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((dice->state >> 33) % (uint64_t)sides);
}

static void say(struct dice *dice, const char *text) {
    strncat(dice->text, text, sizeof dice->text - strlen(dice->text) - 1);
}

static void roll_sequence(struct dice *dice, int depth);

static void roll_approve(struct dice *dice) {
    static const char *const who[] = {A, B, AB, "{\"persons\":[\"S\",\"B\"]}", "{\"post\":\"p\",\"in\":\"company\"}"};
    static const char *const modes[] = {"\"all\"", "\"any\"", "\"sequential\"", "{\"ratio_bp\":5000}", "{\"count\":1}",
        "\"all\",\"claim\":true", "{\"count\":1},\"wait_for_everyone\":true", "{\"count\":1},\"veto\":true"};
    static const char *const rejected[] = {"end", "submitter", "previous"};
    static const char *const same[] = {"repeat", "skip_consecutive", "skip_anywhere"};
    static const char *const self[] = {"head", "allow", "skip"};
    char text[512];
    snprintf(text, sizeof text,
        "{\"id\":\"n%d\",\"kind\":\"approve\",\"who\":%s,\"mode\":%s,\"rejected\":\"%s\",\"same_approver\":\"%s\","
        "\"approver_is_submitter\":\"%s\"}",
        dice->nodes++, who[roll(dice, 5)], modes[roll(dice, 8)], rejected[roll(dice, 3)], same[roll(dice, 3)], self[roll(dice, 3)]);
    say(dice, text);
}

static void roll_branch(struct dice *dice, int depth) {
    static const char *const kinds[] = {"parallel", "inclusive", "exclusive"};
    int kind = roll(dice, 3), branches = 2 + roll(dice, 2);
    char text[128];
    snprintf(text, sizeof text, "{\"id\":\"n%d\",\"kind\":\"%s\",\"branches\":[", dice->nodes++, kinds[kind]);
    say(dice, text);
    for (int i = 0; i < branches; i++) {
        bool last = i == branches - 1;
        say(dice, i > 0 ? ",{" : "{");
        if (kind > 0 && last) say(dice, "\"otherwise\":true,");
        if (kind > 0 && !last) say(dice, roll(dice, 2) ? "\"when\":{\"rule\":\"large\"}," : "\"when\":{\"rule\":\"no\"},");
        say(dice, "\"nodes\":[");
        roll_sequence(dice, depth + 1);
        say(dice, "]}");
    }
    say(dice, "]}");
}

/* Those that random flows may name: one that may end early either way, and one in which a third stands beside. */
static const char SUB_FLOWS[] = ",\"sub_flows\":{\"early\":{\"id\":\"e\",\"nodes\":[" APPROVE("x", A,
    "") ",{\"id\":\"c\",\"kind\":\"exclusive\",\"branches\":["
        "{\"when\":{\"rule\":\"large\"},\"nodes\":[" APPROVE("y", B,
            "") ",{\"id\":\"d\",\"kind\":\"end\"}]},"
                "{\"otherwise\":true,\"nodes\":[{\"id\":\"r\",\"kind\":\"end\",\"outcome\":\"rejected\"}]}]}," APPROVE("z", A,
                    "") "]},"
                        "\"beside\":{\"id\":\"b\",\"same_approver\":\"skip_anywhere\",\"nodes\":[{\"id\":\"t\",\"kind\":\"sub_flow\",\"flow\":\"early\","
                        "\"async\":true}," APPROVE("u", AB, ",\"rejected\":\"previous\"") "]}}";

static void roll_sub_flow(struct dice *dice) {
    static const char *const outcomes[] = {",\"rejected\":\"end\"", ",\"rejected\":\"previous\"", ",\"async\":true"};
    char text[128];
    snprintf(text, sizeof text, "{\"id\":\"n%d\",\"kind\":\"sub_flow\",\"flow\":\"%s\"%s}", dice->nodes++,
        roll(dice, 2) ? "early" : "beside", outcomes[roll(dice, 3)]);
    say(dice, text);
}

static void roll_sequence(struct dice *dice, int depth) {
    int length = depth == 0 ? 2 + roll(dice, 3) : roll(dice, 3);
    for (int i = 0; i < length; i++) {
        if (i > 0) say(dice, ",");
        if (depth < 3 && roll(dice, 3) == 0) {
            roll_branch(dice, depth);
        } else if (depth < 2 && roll(dice, 5) == 0) {
            roll_sub_flow(dice);
        } else {
            roll_approve(dice);
        }
    }
}

static struct approval_action roll_action(struct dice *dice, const struct approval_instance *instance) {
    struct approval_action action = repertoire[roll(dice, REPERTOIRE)];
    /* Mostly onwards, or the walk never gets far. */
    if (roll(dice, 2) == 0) action.verb = APPROVAL_VERB_APPROVE;
    if (action.verb == APPROVAL_VERB_TERMINATE && roll(dice, 10) > 0) action.verb = APPROVAL_VERB_RESUBMIT;
    if (roll(dice, 3) == 0 && instance->next_task > 1) action.task = 1 + roll(dice, (int)instance->next_task - 1);
    bool overrides = action.verb == APPROVAL_VERB_OVERRIDE_PASS || action.verb == APPROVAL_VERB_OVERRIDE_REJECT;
    if ((overrides || action.verb == APPROVAL_VERB_RETURN) && roll(dice, 2) == 0) {
        action.target = instance->visit_count == 0 ? NULL : instance->visits[roll(dice, (int)instance->visit_count)].node;
    }
    return action;
}

static void walk(struct search *search, struct dice *dice, int steps) {
    struct approval_world *world = &search->world;
    bool submitted = false;
    for (int i = 0; i < steps; i++) {
        struct approval_action action = roll_action(dice, &world->instance);
        if (!submitted) action = repertoire[0];
        submitted = true;
        struct approval_instance before = world->instance;
        if (approval_world_act(world, &action) != DEALER_OK) {
            assert_true(world->env.error.depth > 0);
            search->refusals++;
            continue;
        }
        search->states++;
        search->log[search->length++] = action;
        never(search, approval_world_fault(&world->instance));
        never(search, final_fault(&before, &world->last));
        check_json(search, &world->instance);
        if (world->instance.state == APPROVAL_STATE_RUNNING) check_preview(search, &world->instance);
    }
}

static void walk_flow(struct search *search, struct dice *dice, const json_value *people) {
    struct env env;
    struct seams seams;
    struct json *flow = NULL;
    seams_defaults(&seams);
    env_init(&env, &seams);
    dice->text[0] = '\0';
    dice->nodes = 0;
    say(dice, "{\"id\":\"f\",\"nodes\":[");
    roll_sequence(dice, 0);
    say(dice, ",");
    roll_approve(dice);
    say(dice, "]");
    say(dice, SUB_FLOWS);
    say(dice, "}");
    assert_int_equal(json_parse(&env, dice->text, strlen(dice->text), false, &flow), DEALER_OK);
    dealer_status status = approval_world_open(&search->world, NULL, json_root(flow), people);
    if (status != DEALER_OK) fail_msg("%s", search->world.env.error.entries[0].en);
    search->flow = dice->text;
    search->length = 0;
    walk(search, dice, WALK);
    approval_world_close(&search->world);
    json_free(flow);
    env_finish(&env);
}

static void test_long_walks_through_random_flows(void **state) {
    (void)state;
    struct search search = {.length = 0};
    struct seams seams;
    struct env env;
    struct json *people = NULL;
    static struct dice dice;
    const char *wanted = getenv("APPROVAL_WALKS");
    int walks = wanted == NULL ? 400 : atoi(wanted);
    seams_defaults(&seams);
    env_init(&env, &seams);
    assert_int_equal(json_parse(&env, PEOPLE, strlen(PEOPLE), false, &people), DEALER_OK);
    for (int i = 0; i < walks; i++) {
        dice.state = (uint64_t)i;
        roll(&dice, 2);
        walk_flow(&search, &dice, json_root(people));
    }
    print_message("%ld states, %ld refusals, %ld previews\n", search.states, search.refusals, search.previews);
    json_free(people);
    env_finish(&env);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_nodes_with_return_and_skipped_approver),
        cmocka_unit_test(test_all_then_one),
        cmocka_unit_test(test_any_then_one),
        cmocka_unit_test(test_a_post_task_to_claim),
        cmocka_unit_test(test_in_sequence),
        cmocka_unit_test(test_a_count_that_waits_for_everyone),
        cmocka_unit_test(test_parallel_branches),
        cmocka_unit_test(test_branches_within_branches),
        cmocka_unit_test(test_a_sub_flow_that_is_waited_for),
        cmocka_unit_test(test_a_sub_flow_beside),
        cmocka_unit_test(test_the_submitter_among_the_approvers),
        cmocka_unit_test(test_long_walks_through_random_flows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
