/* Exclusive branches whose conditions are over one field (an amount, mostly): do two fit the same, is one never taken, and between numbers, is
 * there a hole? */
#include "deal/flow_lint.h"
#include <string.h>

struct bands {
    struct linting *linting;
    int32_t node;
    const struct sampled_field *over;
    const char *currency;
    uint32_t fits[SAMPLE_VALUES]; /* which branches */
};

static const struct predicate *condition_of(const struct linting *linting, const struct approval_branch *branch) {
    return branch->when ? linting->flow->predicates[branch->when->index] : NULL;
}

static dealer_status try_samples(struct bands *bands, const struct samples *samples, struct document *document) {
    const struct linting *linting = bands->linting;
    const struct approval_node *node = &linting->flow->flow->nodes[bands->node];
    struct env *env = linting->deal.env;
    dealer_status status = DEALER_OK;
    if (bands->currency) status = document_put_text(env, document, COMMON_CURRENCY, bands->currency, strlen(bands->currency));
    for (int i = 0; !status && i < bands->over->count; i++) {
        status = samples_put(env, samples, i, document);
        for (int32_t b = 0; b < node->branch_count; b++) {
            const struct predicate *when = condition_of(linting, &node->branches[b]);
            bool holds = when && predicate_holds(when, document, &linting->deal.snapshot->world);
            bands->fits[i] |= holds ? UINT32_C(1) << b : 0;
        }
    }
    return status;
}

/* -- telling -- */

static const char *shown(const struct bands *bands, int sample, char text[32], struct number_text *number) {
    const struct value *value = &bands->over->values[sample];
    struct money money = {value->integer, ""};
    if (value->kind == VALUE_TEXT) return value->text;
    if (bands->over->field->kind != FIELD_MONEY || !bands->currency || strlen(bands->currency) != 3)
        return number_text(number, value->integer);
    memcpy(money.currency, bands->currency, sizeof money.currency);
    money_format(money, text, 32);
    return text;
}

static void say_hole(struct bands *bands, int from, int to) {
    char low[32], high[32];
    struct number_text low_number, high_number;
    const char *arguments[] = {"field", bands->over->field->name, "low", shown(bands, from, low, &low_number), "high",
        shown(bands, to, high, &high_number), NULL};
    lint_add(bands->linting, "band_gap", bands->node, &R_LINT_GAP, arguments);
}

/* Between numbers that fit some condition, one that fits none. */
static void find_holes(struct bands *bands) {
    int before = -1;
    for (int i = 0; i < bands->over->count; i++) {
        if (!bands->fits[i]) continue;
        if (before >= 0 && before < i - 1) say_hole(bands, before + 1, i - 1);
        before = i;
    }
}

/* Of two branches the first is taken. Where one holds all of the other, that is how steps are written; where neither does, it is a slip. */
static void compare(struct bands *bands, int32_t a, int32_t b) {
    int both = -1, only_a = -1, only_b = -1;
    char value[32];
    struct number_text number, first, second;
    for (int i = 0; i < bands->over->count; i++) {
        bool in_a = (bands->fits[i] >> a & 1) != 0, in_b = (bands->fits[i] >> b & 1) != 0;
        if (in_a && in_b && both < 0) both = i;
        if (in_a && !in_b) only_a = i;
        if (in_b && !in_a) only_b = i;
    }
    if (both < 0 || (only_b >= 0 && only_a < 0)) return;
    const char *arguments[] = {"first", number_text(&first, a + 1), "second", number_text(&second, b + 1), "field",
        bands->over->field->name, "value", shown(bands, both, value, &number), NULL};
    lint_add(bands->linting, only_b < 0 ? "band_never" : "band_overlap", bands->node, only_b < 0 ? &R_LINT_NEVER : &R_LINT_OVERLAP,
        arguments);
}

/* A single condition leaves neither holes nor overlaps. */
static void say_unknown(struct linting *linting, int32_t index, const char *rule) {
    const struct approval_node *node = &linting->flow->flow->nodes[index];
    int32_t conditions = 0;
    for (int32_t b = 0; b < node->branch_count; b++) conditions += node->branches[b].when != NULL;
    const char *arguments[] = {"path", node->path, "rule", rule, NULL};
    if (conditions > 1) lint_add(linting, "note", index, rule ? &R_LINT_BRANCHES_RULE : &R_LINT_BRANCHES, arguments);
}

static dealer_status lint_node(struct linting *linting, int32_t index, struct document *document) {
    const struct approval_node *node = &linting->flow->flow->nodes[index];
    struct samples samples = {0};
    const char *rule = NULL;
    for (int32_t b = 0; b < node->branch_count; b++) {
        const struct predicate *when = condition_of(linting, &node->branches[b]);
        if (when) samples_of(&samples, when);
        if (node->branches[b].when && !when) rule = node->branches[b].when->rule;
    }
    struct bands bands = {linting, index, &samples.fields[0], samples.currency, {0}};
    if (rule || samples.beyond || samples.field_count != 1) {
        say_unknown(linting, index, rule);
        return DEALER_OK;
    }
    dealer_status status = try_samples(&bands, &samples, document);
    if (status) return status;
    if (bands.over->values[0].kind == VALUE_INTEGER) find_holes(&bands);
    for (int32_t a = 0; a < node->branch_count; a++)
        for (int32_t b = a + 1; b < node->branch_count; b++) compare(&bands, a, b);
    return DEALER_OK;
}

dealer_status lint_bands(struct linting *linting) {
    const struct approval_flow *flow = linting->flow->flow;
    dealer_status status = DEALER_OK;
    for (int32_t i = 0; !status && i < flow->node_count; i++) {
        struct document *document = NULL;
        if (flow->nodes[i].kind != APPROVAL_NODE_EXCLUSIVE) continue;
        status = document_new(linting->deal.env, linting->flow->type, &document);
        if (!status) status = lint_node(linting, i, document);
        document_free(document);
    }
    return status;
}
