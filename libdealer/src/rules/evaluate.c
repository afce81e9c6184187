/* One evaluation: a bench, the image put back, the input pushed, the function called, the result read and checked. */
#include "rules/result.h"
#include "rules/table.h"

#include "rules/messages.h"

#include <string.h>

struct evaluation {
    struct env *env;
    const struct rule_call *call;
    struct sandbox_image *image;
    json_value *value;
    bool truth;
};

static const char *const entry_names[RULE_ENTRY_COUNT] = {"applies", "value", "decide", "condition", "outputs", "choose"};

/* ---- What may be asked ---- */

static bool has_entry(const struct rule_call *call) {
    const struct rule *rule = call->rule;
    switch (call->entry) {
    case RULE_APPLIES: return true;
    case RULE_VALUE: return rule->kind == RULE_VALUATION;
    case RULE_DECIDE: return rule->kind == RULE_POLICY;
    case RULE_CONDITION: return rule_has_condition(rule, call->condition);
    case RULE_OUTPUTS: return rule->kind == RULE_TABLE;
    case RULE_PEOPLE: return rule->kind == RULE_CHOOSE;
    default: return false;
    }
}

static dealer_status check_call(struct env *env, const struct rule_call *call) {
    const struct rule *rule = call->rule;
    if (!has_entry(call)) {
        const char *entry = call->entry == RULE_CONDITION && call->condition != NULL ? call->condition
                            : call->entry < RULE_ENTRY_COUNT                         ? entry_names[call->entry]
                                                                                     : "such entry";
        return error_raise(&env->error, &E_RULE_ENTRY, "rule", rule->id, "kind", rule_kind_name(rule->kind), "entry", entry, NULL);
    }
    bool is_table = json_kind(call->input) == JSON_OBJECT;
    return is_table ? DEALER_OK : error_raise(&env->error, &E_RULE_INPUT, "rule", rule->id, NULL);
}

/* ---- Inside ---- */

static void push_function(lua_State *lua, const struct rule_call *call) {
    if (call->entry == RULE_CONDITION) {
        lua_pushstring(lua, call->condition);
        lua_rawget(lua, SLOT_CONDITIONS);
    } else {
        lua_pushvalue(lua, call->entry == RULE_APPLIES ? SLOT_APPLIES : SLOT_MAIN);
    }
}

_Noreturn static void refuse(
    struct sandbox *sandbox, const struct evaluation *evaluation, const struct values_fault *fault, const char *suggestion) {
    const struct rule *rule = evaluation->call->rule;
    struct error *error = &evaluation->env->error;
    if (suggestion != NULL) {
        error_raise(error, &E_RULE_RESULT_UNKNOWN, "rule", rule->id, "file", rule->file, "field", fault->path, "suggestion",
            suggestion, NULL);
    } else {
        error_raise(error, &E_RULE_RESULT, "rule", rule->id, "file", rule->file, "field", fault->path, "expected", fault->expected,
            "found", fault->found, NULL);
    }
    sandbox_raised(sandbox);
}

static void read_truth(struct sandbox *sandbox, struct evaluation *evaluation) {
    lua_State *lua = sandbox->lua;
    if (!lua_isboolean(lua, -1)) {
        struct values_fault fault = {.path = "result", .expected = "true or false", .found = values_kind(lua, -1)};
        refuse(sandbox, evaluation, &fault, NULL);
    }
    evaluation->truth = lua_toboolean(lua, -1) != 0;
    evaluation->value = json_new_boolean(sandbox->answers, evaluation->truth);
}

static void read_table(struct sandbox *sandbox, struct evaluation *evaluation) {
    struct values_fault fault;
    const char *suggestion = NULL;
    evaluation->value = values_read(sandbox->lua, -1, "result", sandbox->limits->depth, &fault);
    bool good = evaluation->value != NULL;
    if (good && evaluation->call->entry == RULE_VALUE) {
        good = result_check_value(sandbox->answers, evaluation->value, &fault, &suggestion);
    } else if (good && evaluation->call->entry == RULE_PEOPLE) {
        good = result_check_people(sandbox->answers, evaluation->value, &fault, &suggestion);
    } else if (good) {
        good = result_check_decision(sandbox->answers, evaluation->value, &fault, &suggestion);
    }
    if (!good) refuse(sandbox, evaluation, &fault, suggestion);
    json_set(sandbox->answers, evaluation->value, "near_misses", sandbox->near_misses); /* NULL: none */
}

static void evaluate(struct sandbox *sandbox, void *data) {
    struct evaluation *evaluation = data;
    const struct rule_call *call = evaluation->call;
    sandbox_restore(sandbox, evaluation->image);
    push_function(sandbox->lua, call);
    values_push(sandbox->lua, call->input);
    lua_pushvalue(sandbox->lua, SLOT_DEALER);
    sandbox_call(sandbox, 2);
    sandbox->result_bytes = 0;
    sandbox->result_entries = 0;
    if (call->entry == RULE_APPLIES || call->entry == RULE_CONDITION)
        read_truth(sandbox, evaluation);
    else
        read_table(sandbox, evaluation);
    if (json_status(sandbox->answers) != DEALER_OK) sandbox_leave(sandbox, LEFT_NOMEM);
}

/* ---- Outside ---- */

static void tell_lookups(const struct rule_call *call, const json_value *lookups) {
    const json_value *item = NULL;
    if (call->failed_lookups == NULL) return;
    for (struct json_cursor each = json_each(lookups); (item = json_next(&each, NULL)) != NULL;) {
        json_push(call->failed_json, call->failed_lookups, json_copy(call->failed_json, item));
    }
}

static dealer_status run(struct bench *bench, struct evaluation *evaluation, struct json *json, struct rule_result *out) {
    struct sandbox *sandbox = &bench->sandbox;
    const struct rule *rule = evaluation->call->rule;
    sandbox->env = evaluation->env;
    sandbox->call = evaluation->call;
    sandbox->answers = json;
    sandbox->near_misses = NULL;
    sandbox->coverage = evaluation->call->coverage;
    sandbox->lookups = json_new_array(json);
    if (sandbox->lookups == NULL) return error_nomem(&evaluation->env->error);
    size_t before = evaluation->image->arena.place.total;
    enum sandbox_left left = sandbox_run(sandbox, evaluate, evaluation);
    out->used = sandbox->used;
    out->used.bytes = (int64_t)(sandbox->arena.place.total - before);
    if (left != LEFT_NOT) {
        tell_lookups(evaluation->call, sandbox->lookups);
        return sandbox_tell(sandbox, evaluation->env, rule->id, rule->file);
    }
    out->json = json;
    out->value = evaluation->value;
    out->lookups = sandbox->lookups;
    out->truth = evaluation->truth;
    return DEALER_OK;
}

/* A table needs no Lua. */
static dealer_status evaluate_table(struct env *env, const struct rule_call *call, struct rule_result *out) {
    struct rule_result result = {0};
    dealer_status status = json_new(env, &result.json);
    if (status != DEALER_OK) return status;
    result.lookups = json_new_array(result.json);
    result.used.work = out->used.work = (int64_t)(call->rule->table->row_count + call->rule->table->input_count);
    out->used.instructions = out->used.bytes = 0;
    status = table_evaluate(env, call->rule, call->input, result.json, &result.value);
    if (status == DEALER_OK)
        *out = result;
    else
        json_free(result.json);
    return status;
}

dealer_status rule_evaluate(struct env *env, const struct rule_call *call, struct rule_result *out) {
    struct rule_set *set = (struct rule_set *)(uintptr_t)call->rule->set; /* preparing a bench changes nothing that shows */
    size_t file = set->file_of[call->rule->index];
    struct json *json = NULL;
    dealer_status status = check_call(env, call);
    if (status != DEALER_OK) return status;
    if (call->entry == RULE_APPLIES && !call->rule->has_applies) {
        *out = (struct rule_result){.truth = true};
        return DEALER_OK;
    }
    if (call->rule->table != NULL && call->entry != RULE_APPLIES) return evaluate_table(env, call, out);
    struct bench *bench = bench_take(env, set);
    if (bench == NULL) return DEALER_E_NOMEM;
    status = bench_prepare(bench, env, set, file, NULL);
    if (status == DEALER_OK) status = json_new(env, &json);
    if (status == DEALER_OK) {
        struct evaluation evaluation = {.env = env, .call = call, .image = &bench->images[file]};
        status = run(bench, &evaluation, json, out);
    }
    bench_give(bench, set);
    if (status != DEALER_OK) json_free(json);
    return status;
}

void rule_result_finish(struct rule_result *result) {
    if (result == NULL) return;
    json_free(result->json);
    *result = (struct rule_result){0};
}
