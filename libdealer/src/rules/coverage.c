#include "rules/coverage.h"

#include "base/sort.h"

#include <lauxlib.h>
#include <string.h>

#if DEALER_BUNDLED_LUA
void lua_counted_walk(lua_State *lua, void (*visit)(void *data, const struct counted_code *code), void *data);
void lua_counted_place(lua_State *lua, struct counted_code *out);

static int compare_codes(const struct counted_code *a, const struct counted_code *b) {
    const int left[] = {a->defined, a->last, a->size, a->pc}, right[] = {b->defined, b->last, b->size, b->pc};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        if (left[i] != right[i]) return left[i] < right[i] ? -1 : 1;
    }
    return 0;
}

static int compare_points(const void *left, const void *right, void *unused) {
    (void)unused;
    return compare_codes(&((const struct coverage_point *)left)->code, &((const struct coverage_point *)right)->code);
}

/* ---- Listing ---- */

struct listing {
    const struct rule_file *file;
    struct coverage *coverage;
};

static void count_code(void *data, const struct counted_code *code) {
    (void)code;
    ((struct coverage *)data)->count++;
}

static void keep_code(void *data, const struct counted_code *code) {
    struct coverage *coverage = data;
    coverage->points[coverage->count++].code = *code;
}

static void list_code(struct sandbox *sandbox, void *data) {
    struct listing *listing = data;
    struct coverage *coverage = listing->coverage;
    sandbox_open(sandbox, NULL);
    if (luaL_loadbufferx(sandbox->lua, listing->file->source, listing->file->length, "@rule", "t") != LUA_OK) return;
    lua_counted_walk(sandbox->lua, count_code, coverage);
    coverage->points = REGION_ARRAY(&coverage->region, sandbox->env, struct coverage_point, coverage->count + 1);
    if (coverage->points == NULL) sandbox_leave(sandbox, LEFT_NOMEM);
    coverage->count = 0;
    lua_counted_walk(sandbox->lua, keep_code, coverage);
}

dealer_status coverage_open(struct env *env, struct rule_set *set, size_t file, struct coverage *out) {
    *out = (struct coverage){0};
    region_init(&out->region, set->seams);
    struct bench *bench = bench_take(env, set);
    if (bench == NULL) return DEALER_E_NOMEM;
    struct listing listing = {.file = &set->files[file], .coverage = out};
    bench->sandbox.env = env;
    bench->sandbox.call = NULL;
    bench->sandbox.coverage = NULL;
    enum sandbox_left left = sandbox_run(&bench->sandbox, list_code, &listing);
    dealer_status status = sandbox_tell(&bench->sandbox, env, NULL, set->files[file].name);
    bench_give(bench, set);
    if (left != LEFT_NOT) return status;
    sort_items(out->points, out->count, sizeof out->points[0], compare_points, NULL);
    return DEALER_OK;
}

/* ---- Noting ---- */

static struct coverage_point *find(struct coverage *coverage, const struct counted_code *code) {
    size_t low = 0, high = coverage->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_codes(code, &coverage->points[middle].code);
        if (order == 0) return &coverage->points[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL; /* the return at an end */
}

static bool same_function(const struct counted_code *a, const struct counted_code *b) {
    return a->defined == b->defined && a->last == b->last && a->size == b->size;
}

/* A decision either skips the jump behind it or takes it; the jump itself is never seen. */
void coverage_note(struct coverage *coverage, lua_State *lua) {
    struct counted_code code;
    lua_counted_place(lua, &code);
    struct coverage_point *point = find(coverage, &code), *before = coverage->before;
    if (before != NULL && before->code.decides && same_function(&before->code, &code)) {
        before->skipped |= code.pc == before->code.pc + 2;
        before->jumped |= code.pc != before->code.pc + 2;
    }
    if (point != NULL) point->run = true;
    coverage->before = point;
}
#else
dealer_status coverage_open(struct env *env, struct rule_set *set, size_t file, struct coverage *out) {
    (void)env, (void)file;
    *out = (struct coverage){0};
    region_init(&out->region, set->seams);
    return DEALER_OK;
}

void coverage_note(struct coverage *coverage, lua_State *lua) {
    (void)coverage, (void)lua;
}
#endif

void coverage_finish(struct coverage *coverage) {
    region_finish(&coverage->region);
}

/* ---- Telling ---- */

static bool has_line(const struct coverage *coverage, int line, bool run) {
    for (size_t i = 0; i < coverage->count; i++) {
        if (coverage->points[i].code.line == line && (!run || coverage->points[i].run)) return true;
    }
    return false;
}

json_value *coverage_report(struct json *json, const struct coverage *coverage) {
    json_value *report = json_new_object(json), *uncovered = json_new_array(json);
    int64_t lines = 0, covered = 0, branches = 0, taken = 0;
    int last = 0;
    for (size_t i = 0; i < coverage->count; i++) {
        const struct coverage_point *point = &coverage->points[i];
        if (point->code.line > last) last = point->code.line;
        /* the jump behind a decision never runs by itself */
        if (!point->code.decides) continue;
        branches += 2;
        taken += point->skipped + point->jumped;
    }
    for (int line = 1; line <= last; line++) {
        if (!has_line(coverage, line, false)) continue;
        lines++;
        if (has_line(coverage, line, true))
            covered++;
        else
            json_push(json, uncovered, json_new_integer(json, line));
    }
    json_set_integer(json, report, "lines", lines);
    json_set_integer(json, report, "covered", covered);
    json_set(json, report, "uncovered", uncovered);
    json_set_integer(json, report, "branches", branches);
    json_set_integer(json, report, "taken", taken);
    return report;
}
