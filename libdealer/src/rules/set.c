/* Rule sets: taken whole or not at all, then never changed; and the benches that their rules run on. */
#include "rules/set.h"

#include "base/digest.h"
#include "base/sort.h"
#include "base/text.h"
#include "rules/messages.h"
#include "rules/source.h"
#include "rules/table.h"

#include <string.h>

/* ---- Limits and names ---- */

void rule_limits_default(struct rule_limits *limits) {
    *limits = (struct rule_limits){
        .instructions = 2000000,
        .bytes = 4 * 1024 * 1024,
        .work = 30000000,
        .image_bytes = 512 * 1024,
        .source_bytes = 32 * 1024,
        .text_bytes = 64 * 1024,
        .block_bytes = 256 * 1024,
        .result_bytes = 1024 * 1024,
        .depth = 8,
        .entries = 10000,
    };
}

const char *rule_kind_name(enum rule_kind kind) {
    static const char *const names[RULE_KIND_COUNT] = {"valuation", "policy", "flow", "conditions", "table", "choice"};
    return kind >= 0 && kind < RULE_KIND_COUNT ? names[kind] : "unknown";
}

/* A state needs about 30 KiB before the rule, and no piece can be larger than the arena's largest. */
static void keep_limits_sane(struct rule_limits *limits) {
    enum { LEAST_IMAGE = 64 * 1024, LEAST_BLOCK = 16 * 1024 };
    if (limits->image_bytes < LEAST_IMAGE) limits->image_bytes = LEAST_IMAGE;
    if (limits->block_bytes < LEAST_BLOCK) limits->block_bytes = LEAST_BLOCK;
    if (limits->block_bytes > ARENA_LARGEST) limits->block_bytes = ARENA_LARGEST;
}

/* ---- Benches ---- */

struct bench *bench_new(struct env *env, const struct rule_set *set) {
    struct bench *bench = env_alloc(env, sizeof *bench + set->count * sizeof bench->images[0]);
    if (bench == NULL) return NULL;
    if (!sandbox_init(&bench->sandbox, set->seams, &set->limits)) {
        error_nomem(&env->error);
        bench_free(bench, set);
        return NULL;
    }
    return bench;
}

void bench_free(struct bench *bench, const struct rule_set *set) {
    if (bench == NULL) return;
    for (size_t i = 0; i < set->count; i++) sandbox_image_finish(set->seams, &bench->images[i]);
    sandbox_finish(&bench->sandbox);
    set->seams->allocate(set->seams->allocator_data, bench, 0);
}

struct bench *bench_take(struct env *env, const struct rule_set *set) {
    lock_take(&set->pool->lock);
    struct bench *bench = set->pool->idle;
    if (bench != NULL) set->pool->idle = bench->next;
    lock_release(&set->pool->lock);
    return bench != NULL ? bench : bench_new(env, set);
}

void bench_give(struct bench *bench, const struct rule_set *set) {
    lock_take(&set->pool->lock);
    bench->next = set->pool->idle;
    set->pool->idle = bench;
    lock_release(&set->pool->lock);
}

/* ---- Images ---- */

struct preparation {
    const struct rule_file *file;
    struct rule_description *description; /* NULL: already known */
    struct sandbox_image *image;
    struct sandbox_code code;
    bool compiled;
};

static void prepare(struct sandbox *sandbox, void *data) {
    struct preparation *preparation = data;
    const struct rule_file *file = preparation->file;
    sandbox_compile(sandbox, file->name, file->source, file->length, &preparation->code);
    preparation->compiled = true;
    sandbox_open(sandbox, preparation->image);
    sandbox_load(sandbox, file->name, &preparation->code);
    sandbox_call(sandbox, 0);
    if (preparation->description != NULL) rule_file_describe(sandbox, preparation->description);
    rule_file_place(sandbox->lua);
    sandbox_settle(sandbox);
    if (!sandbox_keep(sandbox, preparation->image)) sandbox_leave(sandbox, LEFT_NOMEM);
}

static dealer_status tell_failed_load(struct sandbox *sandbox, struct env *env, const struct preparation *preparation) {
    const char *file = preparation->file->name;
    if (sandbox->left == LEFT_NOMEM) return error_nomem(&env->error);
    if (sandbox->left == LEFT_RAISED) return error_status(&env->error);
    if (sandbox->left == LEFT_FAILED && !preparation->compiled) {
        return error_raise(&env->error, &E_RULE_SYNTAX, "file", file, "line", NUMBER(sandbox->line), "what", sandbox->what, NULL);
    }
    sandbox_tell(sandbox, env, NULL, file);
    return error_raise(&env->error, &E_RULE_LOAD, "file", file, NULL);
}

dealer_status bench_prepare(
    struct bench *bench, struct env *env, struct rule_set *set, size_t file, struct rule_description *describe) {
    struct sandbox *sandbox = &bench->sandbox;
    if (bench->images[file].arena.bytes != NULL) return DEALER_OK;
    struct preparation preparation = {.file = &set->files[file], .description = describe, .image = &bench->images[file]};
    sandbox->env = env;
    sandbox->call = NULL;
    sandbox->coverage = NULL;
    sandbox->answers = set->data;
    sandbox->lookups = NULL;
    sandbox_image_finish(set->seams, &bench->images[file]); /* of an earlier try that failed */
    enum sandbox_left left = sandbox_run(sandbox, prepare, &preparation);
    env_free(env, preparation.code.bytes);
    if (left == LEFT_NOT) return DEALER_OK;
    return tell_failed_load(sandbox, env, &preparation);
}

/* ---- Loading ---- */

static int compare_files(const void *left, const void *right, void *unused) {
    (void)unused;
    return strcmp(((const struct rule_file *)left)->name, ((const struct rule_file *)right)->name);
}

/* Copies of the files, checked and sorted by name. */
static dealer_status take_files(struct rule_set *set, struct env *env, const struct rule_file *files, size_t count) {
    set->files = REGION_ARRAY(&set->region, env, struct rule_file, count + 1);
    if (set->files == NULL) return DEALER_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        dealer_status status = source_check(env, &files[i], &set->limits);
        if (status != DEALER_OK) return status;
        set->files[i].name = region_copy(&set->region, env, files[i].name, strlen(files[i].name));
        set->files[i].source = region_copy(&set->region, env, files[i].source, files[i].length);
        set->files[i].length = files[i].length;
        if (set->files[i].name == NULL || set->files[i].source == NULL) return DEALER_E_NOMEM;
    }
    set->count = count;
    sort_items(set->files, count, sizeof set->files[0], compare_files, NULL);
    for (size_t i = 1; i < count; i++) {
        if (compare_files(&set->files[i - 1], &set->files[i], NULL) != 0) continue;
        return error_raise(&env->error, &E_RULE_TWICE, "what", "file", "name", set->files[i].name, "first", set->files[i].name,
            "second", set->files[i].name, NULL);
    }
    return DEALER_OK;
}

static dealer_status hash_files(struct rule_set *set, struct env *env) {
    struct text text;
    uint8_t digest[DIGEST_SIZE];
    text_init(&text, env);
    for (size_t i = 0; i < set->count; i++) {
        text_add_integer(&text, (int64_t)strlen(set->files[i].name));
        text_add(&text, ":");
        text_add(&text, set->files[i].name);
        text_add(&text, ",");
        text_add_integer(&text, (int64_t)set->files[i].length);
        text_add(&text, ":");
        text_append(&text, set->files[i].source, set->files[i].length);
        text_add(&text, ",");
    }
    dealer_status status = text.status;
    if (status == DEALER_OK) {
        digest_sha256(text_string(&text), text.length, digest);
        digest_hex(digest, set->hash);
    }
    text_finish(&text);
    return status;
}

static int compare_rules(const void *left, const void *right, void *unused) {
    (void)unused;
    const struct rule *a = left, *b = right;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    return strcmp(a->id, b->id);
}

bool set_is_csv(const struct rule_file *file) {
    size_t length = strlen(file->name);
    return length > 4 && strcmp(file->name + length - 4, ".csv") == 0;
}

/* The image made on the way stays with the bench. */
static dealer_status describe_rule(struct rule_set *set, struct env *env, struct bench *bench, struct rule *rule) {
    struct rule_description description = {.env = env, .set = set, .file = &set->files[rule->index], .rule = rule};
    dealer_status status = bench_prepare(bench, env, set, rule->index, &description);
    if (status == DEALER_OK && description.table != NULL) status = table_build(env, set, rule, description.table);
    if (status == DEALER_OK && description.table != NULL) status = table_check(env, set, rule);
    return status;
}

/* Reads what every file says. */
static dealer_status describe_rules(struct rule_set *set, struct env *env, struct bench *bench) {
    set->rules = REGION_ARRAY(&set->region, env, struct rule, set->count + 1);
    set->file_of = REGION_ARRAY(&set->region, env, size_t, set->count + 1);
    set->warnings = json_new_array(set->data);
    if (set->rules == NULL || set->file_of == NULL || set->warnings == NULL) return DEALER_E_NOMEM;
    for (size_t i = 0; i < set->count; i++) {
        if (set_is_csv(&set->files[i])) continue;
        struct rule *rule = &set->rules[set->rule_count++];
        rule->set = set;
        rule->file = set->files[i].name;
        rule->index = i; /* of the file, until sorted */
        dealer_status status = describe_rule(set, env, bench, rule);
        if (status != DEALER_OK) return status;
    }
    sort_items(set->rules, set->rule_count, sizeof set->rules[0], compare_rules, NULL);
    for (size_t i = 0; i < set->rule_count; i++) {
        set->file_of[i] = set->rules[i].index;
        set->rules[i].index = i;
    }
    return DEALER_OK;
}

static dealer_status index_ids(struct rule_set *set, struct env *env) {
    dealer_status status = text_map_init(&set->by_id, &set->region, env, set->rule_count);
    for (size_t i = 0; status == DEALER_OK && i < set->rule_count; i++) {
        int32_t other = text_map_put(&set->by_id, set->rules[i].id, (int32_t)i);
        if (other < 0) continue;
        status = error_raise(&env->error, &E_RULE_TWICE, "what", "id", "name", set->rules[i].id, "first", set->rules[other].file,
            "second", set->rules[i].file, NULL);
    }
    return status;
}

static struct rule_set *set_new(struct env *env, const struct rule_limits *limits) {
    struct rule_set *set = env_alloc(env, sizeof *set);
    if (set == NULL) return NULL;
    set->seams = env->seams;
    region_init(&set->region, env->seams);
    if (limits != NULL)
        set->limits = *limits;
    else
        rule_limits_default(&set->limits);
    keep_limits_sane(&set->limits);
    set->pool = env_alloc(env, sizeof *set->pool);
    if (set->pool == NULL || !lock_init(&set->pool->lock)) {
        error_nomem(&env->error);
        env_free(env, set->pool);
        env_free(env, set);
        return NULL;
    }
    references_init(&set->pool->references);
    return set;
}

dealer_status rule_set_load(
    struct env *env, const struct rule_file *files, size_t count, const struct rule_limits *limits, struct rule_set **out) {
    struct rule_set *set = set_new(env, limits);
    if (set == NULL) return DEALER_E_NOMEM;
    struct bench *bench = NULL;
    dealer_status status = json_new(env, &set->data);
    if (status == DEALER_OK) status = take_files(set, env, files, count);
    if (status == DEALER_OK) status = hash_files(set, env);
    if (status != DEALER_OK) goto done;
    bench = bench_new(env, set);
    if (bench == NULL) {
        status = DEALER_E_NOMEM;
        goto done;
    }
    bench_give(bench, set);
    status = describe_rules(set, env, bench);
    if (status == DEALER_OK) status = index_ids(set, env);
done:
    if (status == DEALER_OK)
        *out = set;
    else
        rule_set_drop(set);
    return status;
}

struct rule_set *rule_set_take(const struct rule_set *set) {
    references_take(&set->pool->references);
    return (struct rule_set *)(uintptr_t)set; /* who holds a reference may give it on */
}

void rule_set_drop(const struct rule_set *set) {
    if (set == NULL || !references_drop(&set->pool->references)) return;
    struct rule_set *last = (struct rule_set *)(uintptr_t)set;
    const struct seams *seams = last->seams;
    for (struct bench *bench = last->pool->idle, *next = NULL; bench != NULL; bench = next) {
        next = bench->next;
        bench_free(bench, last);
    }
    lock_finish(&last->pool->lock);
    seams->allocate(seams->allocator_data, last->pool, 0);
    json_free(last->data);
    region_finish(&last->region);
    seams->allocate(seams->allocator_data, last, 0);
}

/* ---- Reading ---- */

const char *rule_set_hash(const struct rule_set *set) {
    return set->hash;
}

const struct rule_limits *rule_set_limits(const struct rule_set *set) {
    return &set->limits;
}

size_t rule_set_count(const struct rule_set *set) {
    return set->rule_count;
}

const struct rule *rule_set_at(const struct rule_set *set, size_t index) {
    return index < set->rule_count ? &set->rules[index] : NULL;
}

const struct rule *rule_set_find(const struct rule_set *set, const char *id) {
    int32_t index = id == NULL ? -1 : text_map_get(&set->by_id, id);
    return index < 0 ? NULL : &set->rules[index];
}

bool rule_has_condition(const struct rule *rule, const char *name) {
    for (size_t i = 0; name != NULL && i < rule->condition_count; i++) {
        if (strcmp(rule->conditions[i], name) == 0) return true;
    }
    return false;
}

const json_value *rule_set_warnings(const struct rule_set *set) {
    return set->warnings;
}

size_t rule_set_file_count(const struct rule_set *set) {
    return set->count;
}

const struct rule_file *rule_set_file(const struct rule_set *set, size_t index) {
    return index < set->count ? &set->files[index] : NULL;
}
