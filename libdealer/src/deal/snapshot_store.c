/* Snapshots from the store: from the compiled configuration where there is one, else from its text, which is made ready for the next time
 * when it is stored. Knows what of another snapshot can be taken over. */
#include "deal/messages.h"
#include "deal/snapshot_parts.h"
#include "org/pack.h"
#include <string.h>

/* Ids that the store has, by noun and index: read in one go, since asking for ten thousand codes one by one takes longer than
 * everything else. */
struct identify_from {
    struct env *env;
    struct connection *connection;
    const struct org *org;
    struct region region;
    int64_t *ids[ORG_EMPLOYEE + 1];
    enum org_noun noun; /* being read */
};

static int index_of(const struct org *org, enum org_noun noun, const char *code) {
    switch (noun) {
    case ORG_COMPANY: return org_company_by_code(org, code);
    case ORG_DEPARTMENT: return org_department_by_code(org, code);
    case ORG_POST: return org_post_by_code(org, code);
    case ORG_EMPLOYEE: return org_employee_by_code(org, code);
    }
    return -1;
}

static const char *name_of(const struct org *org, enum org_noun noun, int index) {
    switch (noun) {
    case ORG_COMPANY: return org->companies[index].name;
    case ORG_DEPARTMENT: return org->departments[index].name;
    case ORG_POST: return org->posts[index].name;
    case ORG_EMPLOYEE: return org->employees[index].name;
    }
    return "";
}

static dealer_status note_id(void *user_data, const char *code, int64_t id) {
    struct identify_from *from = user_data;
    int index = index_of(from->org, from->noun, code);
    if (index >= 0) from->ids[from->noun][index] = id;
    return DEALER_OK;
}

static dealer_status read_ids(struct identify_from *from) {
    const struct org *org = from->org;
    const int counts[] = {org->company_count, org->department_count, org->post_count, org->employee_count};
    dealer_status status = DEALER_OK;
    for (int noun = ORG_COMPANY; !status && noun <= ORG_EMPLOYEE; noun++) {
        from->noun = (enum org_noun)noun;
        from->ids[noun] = REGION_ARRAY(&from->region, from->env, int64_t, counts[noun] + 1);
        status = from->ids[noun] ? store_codes(from->env, from->connection, from->noun, note_id, from) : DEALER_E_NOMEM;
    }
    return status;
}

static dealer_status identify(void *user_data, enum org_noun noun, const char *code, int64_t *id_out) {
    const struct identify_from *from = user_data;
    int index = index_of(from->org, noun, code);
    *id_out = from->ids[noun][index];
    if (*id_out) return DEALER_OK;
    return store_identify(from->env, from->connection, noun, code, name_of(from->org, noun, index), id_out);
}

dealer_status snapshot_identify(struct env *env, struct connection *connection, struct deal_snapshot *snapshot) {
    struct identify_from from = {.env = env, .connection = connection, .org = snapshot->org};
    region_init(&from.region, snapshot->seams);
    dealer_status status = read_ids(&from);
    if (!status) status = org_assign_ids(env, snapshot->org, identify, &from);
    region_finish(&from.region);
    return status ? status : permissions_settle(env, snapshot->permissions, NULL);
}

/* -- from the store -- */

struct file_list {
    struct env *env;
    struct region *region;
    struct rule_file *files;
    size_t count, capacity;
};

static dealer_status collect_file(void *user_data, const struct stored_file *file) {
    struct file_list *list = user_data;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        struct rule_file *files = REGION_ARRAY(list->region, list->env, struct rule_file, capacity);
        if (!files) return DEALER_E_NOMEM;
        if (list->count) memcpy(files, list->files, list->count * sizeof *files);
        list->files = files;
        list->capacity = capacity;
    }
    struct rule_file *copy = &list->files[list->count];
    copy->name = region_copy(list->region, list->env, file->name, strlen(file->name));
    copy->source = region_copy(list->region, list->env, file->source, file->length);
    copy->length = file->length;
    if (!copy->name || !copy->source) return DEALER_E_NOMEM;
    list->count++;
    return DEALER_OK;
}

dealer_status snapshot_rules(struct env *env, struct connection *connection, const struct seams *seams, int64_t version,
    struct rule_set **out, int64_t *version_out) {
    struct region region;
    region_init(&region, seams);
    struct file_list list = {env, &region, NULL, 0, 0};
    struct rule_set_head head = {0};
    dealer_status status = store_rule_set_load(env, connection, version, collect_file, &list, &head);
    *version_out = head.version;
    if (status == DEALER_E_NOT_FOUND && version == 0) {
        error_clear(&env->error);
        status = DEALER_OK;
    } else if (!status) {
        status = rule_set_load(env, list.files, list.count, NULL, out);
    }
    region_finish(&region);
    return status;
}

dealer_status snapshot_text(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, char **body_out, size_t *length_out) {
    int64_t version = 0;
    *body_out = NULL;
    if (!snapshot->configuration) return DEALER_OK;
    return store_configuration_load(env, connection, snapshot->configuration, body_out, length_out, &version);
}

dealer_status snapshot_source(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, struct json **out) {
    char *body = NULL;
    size_t length = 0;
    dealer_status status = snapshot_text(env, connection, snapshot, &body, &length);
    if (!status) status = body ? json_parse(env, body, length, true, out) : json_parse(env, "{}", 2, false, out);
    env_free(env, body);
    return status;
}

dealer_status snapshot_compile(
    struct env *env, struct connection *connection, const struct deal_snapshot *snapshot, int64_t version) {
    struct text people, posts;
    text_init(&people, env);
    text_init(&posts, env);
    dealer_status status = org_pack(env, snapshot->org, &people, &posts);
    struct compiled_configuration compiled = {
        .version = version, .format = ORG_FORMAT, .posts = {posts.data, posts.length}, .people = {people.data, people.length}};
    if (!status) status = store_compiled_save(env, connection, &compiled);
    text_finish(&people);
    text_finish(&posts);
    return status;
}

/* Somebody else may have done it, since this snapshot was read. */
dealer_status snapshot_recompile(struct env *env, struct connection *connection, const struct deal_snapshot *snapshot) {
    struct compiled_configuration compiled = {.version = snapshot->configuration, .format = ORG_FORMAT};
    struct region region;
    bool found = false;
    if (snapshot->compiled || !snapshot->configuration) return DEALER_OK;
    region_init(&region, snapshot->seams);
    dealer_status status = store_compiled_load(env, connection, &region, NULL, &compiled, &found);
    region_finish(&region);
    return status || found ? status : snapshot_compile(env, connection, snapshot, snapshot->configuration);
}

/* -- loading -- */

struct loading {
    struct env *env;
    const struct seams *seams;
    struct connection *connection;
    int64_t configuration;
    struct rule_set *rules;
    const struct deal_snapshot *like; /* NULL: nothing to take over */
};

static dealer_status unpack(
    struct loading *loading, const struct compiled_configuration *compiled, struct deal_snapshot *snapshot) {
    struct env *env = loading->env;
    const struct deal_snapshot *like = loading->like;
    struct org_bytes people = {compiled->people.data, compiled->people.length},
                     posts = {compiled->posts.data, compiled->posts.length};
    dealer_status status = org_unpack(env, &people, people.data ? NULL : like->org, &posts, &snapshot->org);
    if (!status) status = snapshot_catalogue(env, snapshot, json_root(snapshot->org->source), like);
    if (!status) status = snapshot_complete(env, snapshot, &(struct snapshot_parts){0});
    if (!status) status = permissions_settle(env, snapshot->permissions, like ? like->permissions : NULL);
    if (status) return status;
    snapshot->compiled = true;
    memcpy(snapshot->people_digest, compiled->people_digest, DIGEST_SIZE);
    return DEALER_OK;
}

/* *out NULL: there is nothing compiled, or nothing that can be believed. */
static dealer_status from_compiled(struct loading *loading, struct deal_snapshot **out) {
    struct env *env = loading->env;
    const struct deal_snapshot *like = loading->like;
    struct compiled_configuration compiled = {.version = loading->configuration, .format = ORG_FORMAT};
    struct region region;
    bool found = false;
    region_init(&region, loading->seams);
    dealer_status status = store_compiled_load(
        env, loading->connection, &region, like && like->compiled ? like->people_digest : NULL, &compiled, &found);
    if (!status && found) {
        struct deal_snapshot *snapshot = snapshot_new(env, loading->seams, loading->rules);
        status = snapshot ? unpack(loading, &compiled, snapshot) : DEALER_E_NOMEM;
        if (status)
            snapshot_drop(snapshot);
        else
            *out = snapshot;
    }
    region_finish(&region);
    if (!status || status == DEALER_E_NOMEM) return status;
    env_log(env, 1, "configuration %lld: %s", (long long)loading->configuration, env->error.entries[0].en);
    error_clear(&env->error);
    return DEALER_OK;
}

static dealer_status from_text(struct loading *loading, struct deal_snapshot **out) {
    struct env *env = loading->env;
    struct snapshot_parts parts = {.rules = loading->rules};
    struct deal_snapshot *snapshot = NULL;
    char *body = NULL;
    struct deal_snapshot wanted = {.configuration = loading->configuration};
    dealer_status status = snapshot_text(env, loading->connection, &wanted, &body, &parts.length);
    parts.body = body;
    if (!status) status = snapshot_build(env, loading->seams, &parts, &snapshot);
    if (!status) status = snapshot_identify(env, loading->connection, snapshot);
    env_free(env, body);
    if (status) {
        snapshot_drop(snapshot);
        return status;
    }
    json_free(snapshot->source); /* it is in the store */
    snapshot->source = NULL;
    *out = snapshot;
    return DEALER_OK;
}

static dealer_status take_rules(struct loading *loading, int64_t version) {
    int64_t found = 0;
    if (loading->like && loading->like->rule_set_version == version) {
        loading->rules = loading->like->rules ? rule_set_take(loading->like->rules) : NULL;
        return DEALER_OK;
    }
    return version ? snapshot_rules(loading->env, loading->connection, loading->seams, version, &loading->rules, &found)
                   : DEALER_OK;
}

dealer_status snapshot_load(struct env *env, const struct seams *seams, struct connection *connection,
    const struct store_versions *versions, const struct deal_snapshot *like, struct deal_snapshot **out) {
    struct loading loading = {env, seams, connection, versions->configuration, NULL, like};
    struct deal_snapshot *snapshot = NULL;
    dealer_status status = take_rules(&loading, versions->rule_set);
    if (!status) status = from_compiled(&loading, &snapshot);
    if (!status && !snapshot) status = from_text(&loading, &snapshot);
    rule_set_drop(loading.rules);
    if (!status) {
        snapshot->configuration = versions->configuration;
        snapshot->rule_set_version = versions->rule_set;
        *out = snapshot;
    }
    /* it was checked before it was stored */
    return status == DEALER_E_INVALID ? error_raise(&env->error, &E_STORED_CONFIGURATION, NULL) : status;
}
