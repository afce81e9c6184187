/* Makes and frees the handles. Knows lifetimes, nothing of what is in them. */
#include "api/handles.h"
#include <string.h>

/* -- core -- */

struct core *core_take(struct core *core) {
    references_take(&core->references);
    return core;
}

void core_drop(struct core *core) {
    if (!core || !references_drop(&core->references)) return;
    struct seams seams = core->seams;
    snapshot_cache_finish(&core->snapshots);
    epoch_drop(core->epoch);
    market_cache_free(core->market, &core->seams);
    lock_finish(&core->lock);
    seams.allocate(seams.allocator_data, core, 0);
}

bool core_enter(struct core *core) {
    lock_take(&core->lock);
    bool open = core->open;
    core->active += open;
    lock_release(&core->lock);
    return open;
}

void core_leave(struct core *core) {
    lock_take(&core->lock);
    bool last = --core->active == 0 && !core->open;
    lock_release(&core->lock);
    if (last) {
        store_close(core->store);
        core->store = NULL;
    }
}

/* -- errors -- */

struct owned_error {
    struct dealer_error shown;
    struct seams seams;
};

dealer_error *error_copy(const struct seams *seams, const struct error *error) {
    struct owned_error *copy = seams->allocate(seams->allocator_data, NULL, sizeof *copy);
    if (!copy) return NULL;
    copy->shown.error = *error;
    copy->seams = *seams;
    return &copy->shown;
}

void dealer_error_free(dealer_error *error) {
    if (!error) return;
    struct owned_error *owned = (struct owned_error *)error;
    struct seams seams = owned->seams;
    seams.allocate(seams.allocator_data, owned, 0);
}

dealer_status dealer_error_status(const dealer_error *error) {
    return error ? error_status(&error->error) : DEALER_OK;
}

int32_t dealer_error_depth(const dealer_error *error) {
    return error ? error->error.depth : 0;
}

static const struct error_entry *entry_of(const dealer_error *error, int32_t level) {
    return error && level >= 0 && level < error->error.depth ? &error->error.entries[level] : NULL;
}

const char *dealer_error_id(const dealer_error *error, int32_t level) {
    const struct error_entry *entry = entry_of(error, level);
    return entry ? entry->message->id : NULL;
}

const char *dealer_error_message(const dealer_error *error, int32_t level, dealer_language language) {
    const struct error_entry *entry = entry_of(error, level);
    if (!entry) return NULL;
    return language == DEALER_LANGUAGE_ZH ? entry->zh : entry->en;
}

/* -- texts -- */

dealer_status text_wrap(struct env *env, struct core *core, char *data, size_t length, dealer_text **out) {
    dealer_text *text = data ? env_alloc(env, sizeof *text) : NULL;
    if (!text) {
        env_free(env, data);
        return DEALER_E_NOMEM;
    }
    *text = (dealer_text){core_take(core), data, length};
    *out = text;
    return DEALER_OK;
}

dealer_status text_of_json(struct env *env, struct core *core, const json_value *value, dealer_text **out) {
    size_t length = 0;
    char *data = json_write(env, value, true, false, &length);
    return text_wrap(env, core, data, length, out);
}

const char *dealer_text_data(const dealer_text *text) {
    return text ? text->data : "";
}

size_t dealer_text_length(const dealer_text *text) {
    return text ? text->length : 0;
}

static void release(struct core *core, void *pointer) {
    core->seams.allocate(core->seams.allocator_data, pointer, 0);
}

void dealer_text_free(dealer_text *text) {
    if (!text) return;
    struct core *core = text->core;
    release(core, text->data);
    release(core, text);
    core_drop(core);
}

/* -- decisions -- */

static dealer_status join_reasons(
    struct env *env, const struct verdict *verdict, const char *language, const char *between, char **out) {
    struct text text;
    const json_value *reason;
    text_init(&text, env);
    for (struct json_cursor each = json_each(json_get(verdict->root, "reasons")); (reason = json_next(&each, NULL));) {
        const char *sentence = json_get_text(reason, language);
        if (text.length) text_add(&text, between);
        text_add(&text, sentence ? sentence : "");
    }
    *out = text.status ? NULL : env_copy_text(env, text_string(&text), text.length);
    text_finish(&text);
    return *out ? DEALER_OK : DEALER_E_NOMEM;
}

dealer_status decision_wrap(struct env *env, struct core *core, struct verdict *verdict, dealer_decision **out) {
    static const char *const names[] = {"yes", "no", "referred", "failed"};
    dealer_decision *decision = env_alloc(env, sizeof *decision);
    if (!decision) return DEALER_E_NOMEM;
    decision->core = core_take(core);
    decision->outcome = (dealer_outcome)verdict->outcome;
    json_set_text(verdict->json, verdict->root, "outcome", names[verdict->outcome]);
    dealer_status status = json_status(verdict->json) ? error_nomem(&env->error) : DEALER_OK;
    if (!status) status = join_reasons(env, verdict, "en", "; ", &decision->en);
    if (!status) status = join_reasons(env, verdict, "zh", "；", &decision->zh);
    if (!status && !(decision->json = json_write(env, verdict->root, true, false, NULL))) status = DEALER_E_NOMEM;
    if (status)
        dealer_decision_free(decision);
    else
        *out = decision;
    return status;
}

dealer_outcome dealer_decision_outcome(const dealer_decision *decision) {
    return decision ? decision->outcome : DEALER_OUTCOME_FAILED;
}

const char *dealer_decision_json(const dealer_decision *decision) {
    return decision ? decision->json : "{}";
}

const char *dealer_decision_sentence(const dealer_decision *decision, dealer_language language) {
    if (!decision) return "";
    return language == DEALER_LANGUAGE_ZH ? decision->zh : decision->en;
}

void dealer_decision_free(dealer_decision *decision) {
    if (!decision) return;
    struct core *core = decision->core;
    release(core, decision->json);
    release(core, decision->en);
    release(core, decision->zh);
    release(core, decision);
    core_drop(core);
}

/* -- documents -- */

dealer_status document_part(struct env *env, struct document *document, struct document **whole_out) {
    if (!document->hidden) return DEALER_OK;
    dealer_status status = document_copy(env, document, whole_out);
    if (!status) document_conceal(document);
    return status;
}

dealer_status document_whole(struct env *env, dealer_document *handle, const struct document **out) {
    const struct document *shown = handle->document;
    struct document *whole = handle->whole;
    dealer_status status = DEALER_OK;
    *out = whole ? whole : shown;
    for (int i = 0; !status && whole && handle->changed && i < shown->type->field_count; i++) {
        const struct value *value = &shown->values[i];
        if (document_hides(shown, i)) continue;
        if (value->kind == VALUE_TEXT)
            status = document_put_text(env, whole, i, value->text, value->length);
        else
            whole->values[i] = *value;
    }
    return status;
}

void document_hold(dealer_document *handle, struct document *document, struct document *whole) {
    handle->document = document;
    handle->whole = whole;
    handle->type = document->type;
    handle->participant = document->participant;
    handle->place = (struct permission_place){document_integer(document, COMMON_COMPANY),
        document_integer(document, COMMON_DEPARTMENT), document_integer(document, COMMON_OWNER)};
}

struct page *page_new(struct env *env, const struct seams *seams) {
    struct page *page = env_alloc(env, sizeof *page);
    if (!page) return NULL;
    references_init(&page->references);
    region_init(&page->region, seams);
    return page;
}

void page_drop(struct page *page) {
    if (!page || !references_drop(&page->references)) return;
    const struct seams *seams = page->region.seams;
    region_finish(&page->region);
    seams->allocate(seams->allocator_data, page, 0);
}

static void free_handle(dealer_document *handle) {
    struct core *core = handle->core;
    struct page *page = handle->page;
    if (page)
        page_drop(page);
    else
        release(core, handle);
    core_drop(core);
}

dealer_status document_wrap(struct env *env, const struct handle_parts *parts, struct document *document, dealer_document **out) {
    struct document *whole = NULL;
    struct page *page = parts->page;
    dealer_document *handle = page ? REGION_NEW(&page->region, env, dealer_document) : env_alloc(env, sizeof *handle);
    if (!handle || document_part(env, document, &whole) != DEALER_OK) {
        if (!page) env_free(env, handle);
        document_free(document);
        return DEALER_E_NOMEM;
    }
    handle->mark = MARK_DOCUMENT;
    handle->core = core_take(parts->core);
    handle->snapshot = snapshot_take(parts->snapshot);
    if (page) references_take(&page->references);
    handle->page = page;
    document_hold(handle, document, whole);
    *out = handle;
    return DEALER_OK;
}

void dealer_document_free(dealer_document *document) {
    if (!document || document->mark != MARK_DOCUMENT) return;
    document->mark = MARK_FREED;
    document_free(document->document);
    document_free(document->whole);
    snapshot_drop(document->snapshot);
    if (document->env) env_finish(document->env);
    release(document->core, document->env);
    free_handle(document);
}

/* -- sessions -- */

dealer_session *session_of(dealer_session *session) {
    return session && session->mark == MARK_SESSION ? session : NULL;
}

struct env *session_env(dealer_session *session) {
    if (!session->quiet) error_clear(&session->env->error);
    session->quiet = false;
    return session->env;
}

dealer_status misuse(struct env *env, const char *call, const char *argument) {
    return error_raise(&env->error, &E_MISUSE_ARGUMENT, "call", call, "argument", argument, NULL);
}

dealer_status misuse_without_handle(dealer_error **error_out, const char *call, const char *argument) {
    struct seams seams;
    struct env env;
    seams_defaults(&seams);
    env_init(&env, &seams);
    dealer_status status = misuse(&env, call, argument);
    if (error_out) *error_out = error_copy(&seams, &env.error);
    env_finish(&env);
    return status;
}
