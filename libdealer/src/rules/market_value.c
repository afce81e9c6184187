/* Values a machine by a fitted model: sums and names the effects it has a share in, finds the sales nearest to it. */
#include "rules/market_inside.h"
#include "rules/market_maths.h"

#include <math.h>
#include <string.h>

enum { SCANNED_MOST = 400 };

static const char *const group_names[GROUPS] = {
    [GROUP_MARKET] = "market",
    [GROUP_CATEGORY] = "category",
    [GROUP_SIZE] = "size",
    [GROUP_MODEL] = "model",
    [GROUP_AGE] = "age",
    [GROUP_HOURS] = "hours",
    [GROUP_REGION] = "region",
    [GROUP_EQUIPMENT] = "equipment",
    [GROUP_MACHINE] = "same machine",
    [GROUP_TIME] = "time",
    [GROUP_EVENT] = "event",
};

/* -- effects -- */

static void name_effect(struct market_estimate *out, const char *name, const char *detail, double effect) {
    if (effect == 0) return;
    if (out->effect_count == MARKET_EFFECTS)
        out->effects[MARKET_EFFECTS - 1].effect += effect;
    else
        out->effects[out->effect_count++] = (struct market_effect){name, detail, effect};
}

static double share(const struct market_model *model, const struct market_term *term) {
    int32_t column = market_table_find(&model->effects, term->key);
    return column < 0 ? 0 : term->x * model->b[column];
}

/* The terms of one attribute stand together; attributes come first, the groups after them. */
static void name_effects(const struct market_model *model, const struct market_terms *terms,
    const struct market_sale_facts *request, struct market_estimate *out) {
    double groups[GROUPS] = {[GROUP_MARKET] = model->mean}, sum = 0;
    size_t attribute = 0;
    for (size_t k = 0; k < terms->count; k++) {
        const struct market_term *term = &terms->items[k];
        if (term->attribute != attribute) {
            if (attribute > 0) name_effect(out, "attribute", request->attributes[attribute - 1].key, sum);
            attribute = term->attribute;
            sum = 0;
        }
        if (attribute > 0)
            sum += share(model, term);
        else
            groups[term->group] += share(model, term);
    }
    if (attribute > 0) name_effect(out, "attribute", request->attributes[attribute - 1].key, sum);
    for (int group = 0; group < GROUPS; group++) name_effect(out, group_names[group], NULL, groups[group]);
}

/* -- the nearest sales -- */

/* 1 for the same model, age, hours, region and cab; each difference or doubt takes a share away; this very machine counts once more. */
static double closeness(const struct market_machine *a, const struct market_machine *b) {
    double weight = 0.3;
    if (a->model == b->model)
        weight = 1;
    else if (a->base == b->base)
        weight = 0.7;
    else if (a->size_class == b->size_class)
        weight = 0.5;
    weight *= isnan(a->age) || isnan(b->age) ? 0.5 : market_exp(-fabs(a->age - b->age) / 0.35);
    weight *= isnan(a->hours) || isnan(b->hours) ? 0.7 : market_exp(-fabs(a->hours - b->hours) / 1.2);
    if (a->region != b->region) weight *= 0.9;
    if (a->cab != b->cab) weight *= 0.8;
    if (a->machine != 0 && a->machine == b->machine) weight += 1;
    return weight;
}

/* Keeps the nearest, in order; of equals the one offered first. */
static void offer(struct market_estimate *out, size_t sale, double weight) {
    size_t at = out->near_count;
    for (size_t i = 0; i < out->near_count; i++) {
        if (out->nearest[i].sale == sale) return;
    }
    if (at == MARKET_NEAREST && weight <= out->nearest[at - 1].weight) return;
    if (at == MARKET_NEAREST)
        at--;
    else
        out->near_count++;
    for (; at > 0 && out->nearest[at - 1].weight < weight; at--) out->nearest[at] = out->nearest[at - 1];
    out->nearest[at] = (struct market_near){sale, weight};
}

/* Looks through the relatives from the nearest relation to the widest, newest first, and not for ever. */
static void find_nearest(const struct market_model *model, const struct market_machine *machine, struct market_estimate *out) {
    struct market_evidence *evidence = &out->evidence;
    size_t *counts[RELATIONS] = {
        &evidence->machine, &evidence->model, &evidence->base_model, &evidence->size_class, &evidence->category};
    int scanned = 0;
    for (int relation = 0; relation < RELATIONS; relation++) {
        if (relation == RELATION_MACHINE && machine->machine == 0) continue;
        int32_t at = market_table_find(&model->relatives, market_relation_key(machine, (enum market_relation)relation));
        *counts[relation] = at < 0 ? 0 : (size_t)model->counts[at];
        if (at < 0 || (relation > RELATION_BASE && out->near_count >= MARKET_NEAREST / 2)) continue;
        for (int32_t i = model->newest[at]; i >= 0 && scanned < SCANNED_MOST; scanned++) {
            offer(out, model->places[i], closeness(machine, &model->machines[i]));
            i = model->before[(size_t)relation * model->count + (size_t)i];
        }
    }
    evidence->all = model->count;
    evidence->level = market_evidence_level(evidence->model, evidence->base_model, !isnan(machine->age));
}

void market_model_value(const struct market_model *model, const struct market_sale_facts *request, struct market_estimate *out) {
    struct market_machine machine;
    struct market_terms terms;
    memset(out, 0, sizeof *out);
    market_machine_read(&machine, request);
    market_terms_read(&terms, &machine, request, &model->time, false);
    name_effects(model, &terms, request, out);
    for (size_t i = 0; i < out->effect_count; i++) out->log_price += out->effects[i].effect;
    double kept = fmin(fmax(out->log_price, model->lowest), model->highest);
    name_effect(out, "limit of the market", NULL, kept - out->log_price);
    find_nearest(model, &machine, out);
    out->log_price = kept;
    out->log_low = kept - model->spread[out->evidence.level];
    out->log_high = kept + model->spread[out->evidence.level];
    out->price = market_exp(kept) - 1;
}
