/* dealer_store: opening, closing, what it is made of. */
#include "api/handles.h"
#include "dealer/version.h"
#include <string.h>

enum { BUSY_DEFAULT_MS = 5000 };

/* The seams speak of void buffers, the interface of bytes. */
static int host_random(void *user_data, void *buffer, size_t length) {
    const struct core *core = user_data;
    return core->random(core->random_data, buffer, length);
}

static void take_seams(struct core *core, const dealer_store_options *options) {
    struct seams *seams = &core->seams;
    seams_defaults(seams);
    if (options->allocate) {
        seams->allocate = options->allocate;
        seams->allocator_data = options->allocate_user_data;
    }
    if (options->now_utc_ms) {
        seams->now_utc_ms = options->now_utc_ms;
        seams->clock_data = options->now_user_data;
    }
    if (options->random) {
        core->random = options->random;
        core->random_data = options->random_user_data;
        seams->random = host_random;
        seams->random_data = core;
    }
    seams->log = options->log;
    seams->log_data = options->log_user_data;
}

static struct core *core_new(const dealer_store_options *options) {
    struct core start;
    memset(&start, 0, sizeof start);
    take_seams(&start, options);
    struct core *core = start.seams.allocate(start.seams.allocator_data, NULL, sizeof *core);
    if (!core) return NULL;
    *core = start;
    if (core->random) core->seams.random_data = core;
    references_init(&core->references);
    if (!lock_init(&core->lock)) {
        core->seams.allocate(core->seams.allocator_data, core, 0);
        return NULL;
    }
    if (!snapshot_cache_init(&core->snapshots, &core->seams)) {
        lock_finish(&core->lock);
        core->seams.allocate(core->seams.allocator_data, core, 0);
        return NULL;
    }
    return core;
}

static dealer_status open_core(struct env *env, struct core *core, const char *path, const dealer_store_options *options) {
    struct store_options wanted = {
        .path = path,
        .vfs = options->vfs,
        .read_only = options->read_only != 0,
        .create = !options->must_exist && !options->read_only,
        .busy_timeout_ms = options->busy_timeout_ms > 0 ? options->busy_timeout_ms : BUSY_DEFAULT_MS,
        .journal_key = options->journal_key,
        .journal_key_length = options->journal_key ? options->journal_key_length : 0,
    };
    core->read_only = wanted.read_only;
    core->market = market_cache_new(env);
    if (!core->market) return DEALER_E_NOMEM;
    dealer_status status = store_open(env, &core->seams, &wanted, &core->store);
    if (!status) core->epoch = epoch_take(store_epoch(core->store));
    core->counters = epoch_counters(core->epoch);
    core->open = status == DEALER_OK;
    return status;
}

static dealer_status refuse_size(dealer_error **error_out, size_t size) {
    struct seams seams;
    struct env env;
    seams_defaults(&seams);
    env_init(&env, &seams);
    dealer_status status = error_raise(&env.error, &E_OPTIONS_SIZE, "size", NUMBER((int64_t)size), NULL);
    if (error_out) *error_out = error_copy(&seams, &env.error);
    env_finish(&env);
    return status;
}

dealer_status dealer_store_open(
    dealer_store **store_out, dealer_error **error_out, const char *path, const dealer_store_options *given) {
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    struct env env;
    if (!store_out || !path) return misuse_without_handle(error_out, "dealer_store_open", path ? "store_out" : "path");
    if (given && (given->size < sizeof given->size || given->size > sizeof options)) return refuse_size(error_out, given->size);
    if (given) memcpy(&options, given, given->size);
    struct core *core = core_new(&options);
    if (!core) return DEALER_E_NOMEM;
    env_init(&env, &core->seams);
    dealer_store *store = env_alloc(&env, sizeof *store);
    dealer_status status = store ? open_core(&env, core, path, &options) : DEALER_E_NOMEM;
    if (status) {
        if (error_out) *error_out = error_copy(&core->seams, &env.error);
        env_free(&env, store);
        core_drop(core);
    } else {
        store->mark = MARK_STORE;
        store->core = core;
        *store_out = store;
    }
    return status;
}

void dealer_store_close(dealer_store *store) {
    if (!store || store->mark != MARK_STORE) return;
    struct core *core = store->core;
    store->mark = MARK_FREED;
    lock_take(&core->lock);
    core->open = false;
    bool idle = core->active == 0;
    lock_release(&core->lock);
    if (idle) {
        store_close(core->store);
        core->store = NULL;
    }
    core->seams.allocate(core->seams.allocator_data, store, 0);
    core_drop(core);
}

const char *dealer_version(void) {
    return DEALER_VERSION_TEXT;
}

dealer_status dealer_store_information(dealer_store *store, dealer_text **json_out) {
    struct env env;
    struct json *json = NULL;
    if (!store || store->mark != MARK_STORE || !json_out || !core_enter(store->core)) return DEALER_E_MISUSE;
    env_init(&env, &store->core->seams);
    dealer_status status = json_new(&env, &json);
    if (!status) {
        json_value *root = store_information(store->core->store, json);
        json_set_text(json, root, "libdealer", DEALER_VERSION_TEXT);
        json_set_text(json, root, "lua", rule_engine_version());
        json_set_boolean(json, root, "lua_bundled", rule_engine_bundled());
        status = json_status(json) ? DEALER_E_NOMEM : text_of_json(&env, store->core, root, json_out);
    }
    json_free(json);
    core_leave(store->core);
    return status;
}
