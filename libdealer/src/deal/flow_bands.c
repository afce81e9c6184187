/* Exclusive branches whose conditions are over one number (an amount, mostly): is there a hole between them, do two fit the same, is one
 * never taken? Found by trying the numbers around every one that a condition names, so whatever a condition is made of is understood. */
#include "deal/flow_lint.h"
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MOST = 192 };

struct bands {
    struct linting *linting;
    int32_t node;
    const struct catalogue_field *field; /* NULL: none found yet */
    bool mixed;                          /* more than one: nothing is said about it */
    const char *currency;
    int64_t samples[SAMPLES_MOST];
    int count;
    uint32_t fits[SAMPLES_MOST]; /* which branches */
};

static void note_sample(struct bands *bands, int64_t value) {
    if (bands->count < SAMPLES_MOST) bands->samples[bands->count++] = value;
}

/* The field compared, and the values that it is compared with. */
static void collect(struct bands *bands, const struct predicate *predicate) {
    bool simple = predicate->kind == PREDICATE_COMPARE || predicate->kind == PREDICATE_ALL || predicate->kind == PREDICATE_ANY ||
                  predicate->kind == PREDICATE_NOT;
    for (int i = 0; i < predicate->child_count; i++) collect(bands, predicate->children[i]);
    if (!simple) bands->mixed = true;
    if (predicate->kind != PREDICATE_COMPARE) return;
    if (predicate->field->index == COMMON_CURRENCY && predicate->value.kind == VALUE_TEXT) {
        bands->currency = predicate->value.text;
    } else if (predicate->value.kind != VALUE_INTEGER || (bands->field && bands->field != predicate->field)) {
        bands->mixed = true;
    } else {
        bands->field = predicate->field;
        for (int64_t step = -1; step <= 1; step++) note_sample(bands, predicate->value.integer + step);
    }
}

static int by_value(const void *a, const void *b) {
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static const struct predicate *condition_of(const struct bands *bands, const struct approval_branch *branch) {
    return branch->when ? bands->linting->flow->predicates[branch->when->index] : NULL;
}

static dealer_status try_samples(struct bands *bands, struct document *document) {
    const struct linting *linting = bands->linting;
    const struct approval_node *node = &linting->flow->flow->nodes[bands->node];
    struct env *env = linting->deal.env;
    dealer_status status = DEALER_OK;
    if (bands->currency) status = document_put_text(env, document, COMMON_CURRENCY, bands->currency, strlen(bands->currency));
    for (int i = 0; !status && i < bands->count; i++) {
        status = document_put_integer(env, document, bands->field->index, bands->samples[i]);
        for (int32_t b = 0; b < node->branch_count; b++) {
            const struct predicate *when = condition_of(bands, &node->branches[b]);
            bool holds = when && predicate_holds(when, document, &linting->deal.snapshot->world);
            bands->fits[i] |= holds ? UINT32_C(1) << b : 0;
        }
    }
    return status;
}

/* -- telling -- */

static const char *shown(const struct bands *bands, int sample, char text[32], struct number_text *number) {
    struct money money = {bands->samples[sample], ""};
    if (bands->field->kind != FIELD_MONEY || !bands->currency || strlen(bands->currency) != 3)
        return number_text(number, bands->samples[sample]);
    memcpy(money.currency, bands->currency, sizeof money.currency);
    money_format(money, text, 32);
    return text;
}

static void say_hole(struct bands *bands, int from, int to) {
    char low[32], high[32];
    struct number_text low_number, high_number;
    const char *arguments[] = {"field", bands->field->name, "low", shown(bands, from, low, &low_number), "high",
        shown(bands, to, high, &high_number), NULL};
    lint_add(bands->linting, "band_gap", bands->node, &R_LINT_GAP, arguments);
}

/* Between numbers that fit some condition, one that fits none. */
static void find_holes(struct bands *bands) {
    int before = -1;
    for (int i = 0; i < bands->count; i++) {
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
    for (int i = 0; i < bands->count; i++) {
        bool in_a = (bands->fits[i] >> a & 1) != 0, in_b = (bands->fits[i] >> b & 1) != 0;
        if (in_a && in_b && both < 0) both = i;
        if (in_a && !in_b) only_a = i;
        if (in_b && !in_a) only_b = i;
    }
    if (both < 0 || (only_b >= 0 && only_a < 0)) return;
    const char *arguments[] = {"first", number_text(&first, a + 1), "second", number_text(&second, b + 1), "field",
        bands->field->name, "value", shown(bands, both, value, &number), NULL};
    lint_add(bands->linting, only_b < 0 ? "band_never" : "band_overlap", bands->node, only_b < 0 ? &R_LINT_NEVER : &R_LINT_OVERLAP,
        arguments);
}

static dealer_status lint_node(struct linting *linting, int32_t index, struct document *document) {
    const struct approval_node *node = &linting->flow->flow->nodes[index];
    struct bands bands = {.linting = linting, .node = index};
    for (int32_t b = 0; b < node->branch_count; b++) {
        const struct predicate *when = condition_of(&bands, &node->branches[b]);
        if (when) collect(&bands, when);
        if (node->branches[b].when && !when) bands.mixed = true; /* a rule in Lua */
    }
    if (bands.mixed || !bands.field || bands.count == SAMPLES_MOST) return DEALER_OK;
    qsort(bands.samples, (size_t)bands.count, sizeof bands.samples[0], by_value);
    dealer_status status = try_samples(&bands, document);
    if (status) return status;
    find_holes(&bands);
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
