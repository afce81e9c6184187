/* What one step of the approval engine costs by itself, without store and rules: the last of three levels approves, at the end of a history that
 * has grown by returns; and how often the allocator is asked meanwhile. Prints; asserts nothing.
 *
 *   approval_step [rounds]        default: 20,000 */
#include "approval/approval.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NODE(id, person) \
    "{\"id\":\"" id "\",\"kind\":\"approve\",\"title\":{\"en\":\"x\",\"zh\":\"x\"},\"who\":{\"person\":\"" person "\"}}"
static const char flow_text[] =
    "{\"id\":\"f\",\"title\":{\"en\":\"f\",\"zh\":\"f\"},\"nodes\":[" NODE("n1", "2") "," NODE("n2", "3") "," NODE("n3", "4") "]}";

struct counted {
    struct seams plain;
    int64_t calls, bytes;
};

static void *allocate(void *user_data, void *pointer, size_t size) {
    struct counted *counted = user_data;
    counted->calls += size > 0;
    counted->bytes += (int64_t)size;
    return counted->plain.allocate(counted->plain.allocator_data, pointer, size);
}

static dealer_status find(struct env *env, int64_t person, struct approval_candidates *out) {
    return approval_candidates_add(out, env, person, "somebody", "named in person", "指定人员");
}

static dealer_status resolve(void *user_data, struct env *env, const struct approval_who *who,
    const struct approval_subject *subject, struct approval_candidates *out) {
    (void)user_data;
    (void)subject;
    return find(env, atoi(who->code), out);
}

static dealer_status look_up(void *user_data, struct env *env, int64_t person, struct approval_candidates *out) {
    (void)user_data;
    return find(env, person, out);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(dealer_status status, struct env *env) {
    if (status == DEALER_OK) return;
    fprintf(stderr, "%s\n", env->error.depth > 0 ? env->error.entries[0].en : "failed");
    exit(1);
}

struct bench {
    struct env env;
    struct region region; /* of the history */
    struct approval_call call;
    struct approval_instance instance;
};

static void act(struct bench *bench, enum approval_verb verb, int64_t actor, const char *target) {
    struct approval_action action = {.verb = verb, .actor = actor, .target = target};
    struct approval_outcome outcome;
    must(approval_step(&bench->env, &bench->region, &bench->call, &bench->instance, &action, &outcome), &bench->env);
    bench->instance = outcome.instance;
}

/* Up to the last level, so often sent back to the first. */
static void grow(struct bench *bench, int returns) {
    act(bench, APPROVAL_VERB_SUBMIT, 1, NULL);
    for (int i = 0; i <= returns; i++) {
        act(bench, APPROVAL_VERB_APPROVE, 2, NULL);
        act(bench, APPROVAL_VERB_APPROVE, 3, NULL);
        if (i < returns) act(bench, APPROVAL_VERB_RETURN, 4, "n1");
    }
}

static void measure(struct bench *bench, struct counted *counted, int rounds) {
    struct approval_action action = {.verb = APPROVAL_VERB_APPROVE, .actor = 4};
    struct approval_outcome outcome;
    struct region region;
    int64_t calls = counted->calls, bytes = counted->bytes;
    double start = seconds();
    for (int i = 0; i < rounds; i++) {
        region_init(&region, bench->env.seams);
        must(approval_step(&bench->env, &region, &bench->call, &bench->instance, &action, &outcome), &bench->env);
        region_finish(&region);
    }
    printf("  %5d tasks so far  %8.2f us  %6.1f allocations  %8.0f bytes\n", (int)bench->instance.next_task - 1,
        (seconds() - start) / rounds * 1e6, (double)(counted->calls - calls) / rounds, (double)(counted->bytes - bytes) / rounds);
}

int main(int count, char **arguments) {
    static const int returns[] = {0, 3, 30, 300};
    int rounds = count > 1 ? atoi(arguments[1]) : 20000;
    struct counted counted = {0};
    struct seams seams;
    struct bench bench;
    struct json *json = NULL;
    const struct approval_flow *flow = NULL;
    seams_defaults(&counted.plain);
    seams = counted.plain;
    seams.allocate = allocate;
    seams.allocator_data = &counted;
    env_init(&bench.env, &seams);
    struct approval_people people = {.resolve = resolve, .look_up = look_up};
    struct approval_subject subject = {.document_id = 1, .submitter = 1, .company = 1, .department = 1};
    must(json_parse(&bench.env, flow_text, sizeof flow_text - 1, false, &json), &bench.env);
    printf("one step: the last of three levels approves\n");
    for (size_t i = 0; i < sizeof returns / sizeof *returns; i++) {
        region_init(&bench.region, &seams);
        must(flow_load(&bench.env, &bench.region, json_root(json), NULL, &flow), &bench.env);
        bench.call = (struct approval_call){.flow = flow, .people = &people, .subject = &subject, .now_ms = 1000};
        approval_instance_init(&bench.instance, 1, 1, flow->id, "v1");
        grow(&bench, returns[i]);
        measure(&bench, &counted, rounds);
        region_finish(&bench.region);
    }
    json_free(json);
    env_finish(&bench.env);
    return 0;
}
