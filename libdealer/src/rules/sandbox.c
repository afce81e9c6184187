/* The Lua state: made, limited, left. Knows limits, not rules. */
#include "rules/sandbox.h"

#include "base/text.h"
#include "rules/api.h"
#include "rules/coverage.h"
#include "rules/messages.h"

#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* Work that an instruction may do beyond its count: compare or join texts up to the longest there is, or copy up to
 * a whole stack of arguments. Nothing in Lua tells which instruction did, so every one is charged a part of it, once
 * texts or stack have grown beyond what rules need. */
enum { FREE_TEXT = 4096, FREE_STACK = 32768, WEIGHT_DIVISOR = 64, TEXT_HEADER = 32 };

static void weigh(struct sandbox *sandbox) {
    size_t text = sandbox->longest_text > FREE_TEXT ? sandbox->longest_text - FREE_TEXT : 0;
    size_t stack = sandbox->stack_bytes > FREE_STACK ? sandbox->stack_bytes - FREE_STACK : 0;
    sandbox->weight = (int64_t)((text + stack) / WEIGHT_DIVISOR);
}

/* ---- Leaving ---- */

/* The line that the rule is at; C functions in between have none. Reads only, so it is safe wherever Lua calls us. */
static int current_line(lua_State *lua) {
    lua_Debug debug;
    for (int level = 0; level < 8 && lua != NULL && lua_getstack(lua, level, &debug) != 0; level++) {
        if (lua_getinfo(lua, "Sl", &debug) != 0 && debug.currentline > 0) return debug.currentline;
    }
    return 0;
}

void sandbox_leave(struct sandbox *sandbox, enum sandbox_left left) {
    sandbox->left = left;
    if (sandbox->line == 0 && !sandbox->stack_moves) sandbox->line = current_line(sandbox->lua);
    longjmp(sandbox->jump, 1);
}

void sandbox_raised(struct sandbox *sandbox) {
    sandbox_leave(sandbox, error_status(&sandbox->env->error) == DEALER_E_NOMEM ? LEFT_NOMEM : LEFT_RAISED);
}

/* Lua's messages begin with "file:line: ": the line is told apart, so that the sentence says it once. */
static const char *split_place(const char *message, int *line_out) {
    const char *end = strstr(message, ": ");
    if (end == NULL) return message;
    const char *digits = end;
    while (digits > message && digits[-1] >= '0' && digits[-1] <= '9') digits--;
    int64_t line = 0;
    if (digits == end || digits == message || digits[-1] != ':') return message;
    if (!parse_integer(digits, (size_t)(end - digits), &line) || line > INT32_MAX) return message;
    *line_out = (int)line;
    return end + 2;
}

static void keep_message(struct sandbox *sandbox, lua_State *lua) {
    /* Only a text is taken as one: nothing that a rule could have its hands in is called. */
    const char *message = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "error without a text";
    int line = 0;
    message = split_place(message, &line);
    if (sandbox->line == 0) sandbox->line = line > 0 ? line : current_line(lua);
    snprintf(sandbox->what, sizeof sandbox->what, "%s", message);
    sandbox->what[utf8_cut(sandbox->what, strlen(sandbox->what), strlen(sandbox->what))] = '\0';
}

static int leave_failed(lua_State *lua) {
    struct sandbox *sandbox = sandbox_of(lua);
    keep_message(sandbox, lua);
    bool raised = sandbox->env->error.depth > 0;
    sandbox_leave(sandbox, raised && error_status(&sandbox->env->error) == DEALER_E_NOMEM ? LEFT_NOMEM : LEFT_FAILED);
}

/* ---- Limits ---- */

static void take_step(struct sandbox *sandbox) {
    sandbox->used.instructions += SANDBOX_STEP;
    if (sandbox->used.instructions > sandbox->limits->instructions) sandbox_leave(sandbox, LEFT_INSTRUCTIONS);
    if (sandbox->weight > 0) sandbox_spend(sandbox, SANDBOX_STEP * sandbox->weight);
}

#if DEALER_BUNDLED_LUA
/* Our build of Lua counts by itself (cmake/lua_counted.c), about a third faster than with its hook. */
void lua_counted_step(lua_State *lua) {
    struct sandbox *sandbox = sandbox_of(lua);
    struct coverage *coverage = sandbox->coverage;
    lua_counted_after(lua, coverage == NULL ? SANDBOX_STEP : 1);
    if (coverage != NULL) {
        coverage_note(coverage, lua);
        if (++coverage->steps < SANDBOX_STEP) return;
        coverage->steps = 0;
    }
    take_step(sandbox);
}

void lua_counted_written(lua_State *lua) {
    sandbox_of(lua)->image->touched = true;
}

static void start_counting(lua_State *lua) {
    struct coverage *coverage = sandbox_of(lua)->coverage;
    lua_counted_after(lua, coverage == NULL ? SANDBOX_STEP : 1);
    if (coverage == NULL) return;
    coverage->before = NULL;
    coverage->steps = 0;
}

/* False: where every text is linked into lies among what is not put back. */
static bool watch_tables(struct sandbox *sandbox) {
    return !arena_is_fixed(&sandbox->arena, lua_counted_keep(sandbox->lua));
}

/* The first state of Lua's table of texts counts as such: it grows out of the chunks when room is made. */
static bool is_part_of_table(const struct sandbox *sandbox, size_t kind, size_t size) {
    return kind == LUA_TTABLE || (kind == 0 && sandbox->stack != NULL && size != lua_counted_frame_size());
}
#else
static void count_hook(lua_State *lua, lua_Debug *debug) {
    (void)debug;
    take_step(sandbox_of(lua));
}

static void start_counting(lua_State *lua) {
    lua_sethook(lua, count_hook, LUA_MASKCOUNT, SANDBOX_STEP);
}

/* Nobody tells of writes. */
static bool watch_tables(struct sandbox *sandbox) {
    (void)sandbox;
    return true;
}

static bool is_part_of_table(const struct sandbox *sandbox, size_t kind, size_t size) {
    (void)sandbox, (void)kind, (void)size;
    return false;
}
#endif

static void check_size(struct sandbox *sandbox, bool is_new, size_t kind, size_t size) {
    if (size > sandbox->limits->block_bytes) sandbox_leave(sandbox, LEFT_BLOCK);
    if (is_new && kind == LUA_TSTRING && size > sandbox->longest_text) {
        if (size > sandbox->limits->text_bytes + TEXT_HEADER) sandbox_leave(sandbox, LEFT_TEXT);
        sandbox->longest_text = size;
        weigh(sandbox);
    }
}

static void *take_piece(struct sandbox *sandbox, size_t size, bool fixed) {
    int64_t total = (int64_t)sandbox->arena.place.total;
    if (total + (int64_t)size > sandbox->bytes_limit) sandbox_leave(sandbox, LEFT_BYTES);
    void *piece = fixed ? arena_take_fixed(&sandbox->arena, size) : arena_take(&sandbox->arena, size);
    if (piece == NULL) sandbox_leave(sandbox, LEFT_NOMEM);
    /* what is asked for is made under the limit; rounding may pass it by a piece */
    if ((int64_t)sandbox->arena.place.total > sandbox->bytes_limit) sandbox_leave(sandbox, LEFT_BYTES);
    return piece;
}

static void follow_stack(struct sandbox *sandbox, const void *piece, size_t size) {
    sandbox->stack = piece;
    sandbox->stack_bytes = size;
    weigh(sandbox);
}

/* Whether Lua writes a new block no more once the image is kept, or tells us: short texts, code, tables. The collector stands still by then, so marks don't change; only a growing table of all texts
 * relinks them, which resize() notices. Long texts keep a hash that is reckoned when it is first needed. */
static bool is_for_good(const struct sandbox *sandbox, size_t kind, size_t size) {
    enum { SHORT = TEXT_HEADER + 32, CODE = 10 /* LUA_TPROTO, which lua.h does not tell */ };
    if (kind == LUA_TSTRING) return size <= SHORT;
    if (sandbox->takes_code && (kind == 0 || kind == CODE)) return true;
    return is_part_of_table(sandbox, kind, size);
}

/* A new block. Plain ones (no object) may become the stack: the first of a state is, and Lua 5.4.4 takes a new one and
 * frees the old, where later versions resize it. */
static void *take_new(struct sandbox *sandbox, size_t kind, size_t size) {
    void *piece = take_piece(sandbox, size, sandbox->arena.making && is_for_good(sandbox, kind, size));
    if (kind != 0) return piece;
    if (sandbox->stack == NULL && sandbox->lua == NULL) follow_stack(sandbox, piece, size);
    sandbox->plain = piece;
    sandbox->plain_bytes = size;
    return piece;
}

static void give_back(struct sandbox *sandbox, void *pointer, size_t size) {
    if (pointer == NULL) return;
    if (pointer == sandbox->stack) follow_stack(sandbox, sandbox->plain, sandbox->plain_bytes);
    arena_give(&sandbox->arena, pointer, size);
}

static void *resize(struct sandbox *sandbox, void *pointer, size_t old_size, size_t size) {
    bool fixed = sandbox->arena.making && arena_is_fixed(&sandbox->arena, pointer);
    if (pointer != sandbox->stack && arena_is_kept(&sandbox->arena, pointer)) sandbox->image->touched = true;
    void *piece = take_piece(sandbox, size, fixed);
    memcpy(piece, pointer, old_size < size ? old_size : size);
    arena_give(&sandbox->arena, pointer, old_size);
    if (pointer == sandbox->stack) follow_stack(sandbox, piece, size);
    return piece;
}

/* Lua's allocator. For a new object old_size is its kind. Every byte handed out is work too, since filling, copying
 * and rehashing happen without an instruction. */
static void *allocate(void *user_data, void *pointer, size_t old_size, size_t size) {
    struct sandbox *sandbox = user_data;
    if (size == 0) {
        give_back(sandbox, pointer, old_size);
        return NULL;
    }
    if (pointer != NULL && arena_round(old_size) == arena_round(size)) return pointer;
    sandbox->stack_moves = pointer != NULL && pointer == sandbox->stack;
    check_size(sandbox, pointer == NULL, old_size, size);
    sandbox_spend(sandbox, (int64_t)size);
    void *piece = pointer == NULL ? take_new(sandbox, old_size, size) : resize(sandbox, pointer, old_size, size);
    sandbox->stack_moves = false;
    return piece;
}

/* ---- Life ---- */

bool sandbox_init(struct sandbox *sandbox, const struct seams *seams, const struct rule_limits *limits) {
    memset(sandbox, 0, sizeof *sandbox);
    sandbox->limits = limits;
    sandbox->plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return sandbox->plain_locale != (locale_t)0 && arena_init(&sandbox->arena, seams, limits->image_bytes, limits->block_bytes);
}

void sandbox_finish(struct sandbox *sandbox) {
    arena_finish(&sandbox->arena); /* no lua_close: there is nothing outside the arena */
    if (sandbox->plain_locale != (locale_t)0) freelocale(sandbox->plain_locale);
    sandbox->plain_locale = (locale_t)0;
}

enum sandbox_left sandbox_run(struct sandbox *sandbox, sandbox_body body, void *data) {
    sandbox->left = LEFT_NOT;
    sandbox->stack_moves = false;
    sandbox->line = 0;
    sandbox->what[0] = '\0';
    locale_t before = uselocale(sandbox->plain_locale);
    if (setjmp(sandbox->jump) == 0) body(sandbox, data);
    uselocale(before);
    return sandbox->left;
}

/* Growing the stack must be noticed, or arguments by the thousand would cost nothing. */
static void check_stack_is_known(struct sandbox *sandbox) {
    size_t before = sandbox->stack_bytes;
    lua_checkstack(sandbox->lua, 128);
    if (sandbox->stack_bytes > before) return;
    error_raise(&sandbox->env->error, &E_RULE_ENGINE, "version", LUA_RELEASE, NULL);
    sandbox_raised(sandbox);
}

void sandbox_open(struct sandbox *sandbox, struct sandbox_image *image) {
    sandbox->image = image;
    sandbox->takes_code = false;
    arena_reset(&sandbox->arena, image == NULL ? NULL : &image->arena);
    sandbox->used = (struct rule_used){0};
    sandbox->bytes_limit = (int64_t)sandbox->limits->image_bytes;
    sandbox->lua = NULL;
    sandbox->stack = sandbox->plain = NULL;
    sandbox->longest_text = sandbox->stack_bytes = 0;
    sandbox->weight = 0;
    sandbox->result_bytes = 0;
    sandbox->result_entries = 0;
    sandbox->callbacks = 0;

    lua_State *lua = lua_newstate(allocate, sandbox);
    if (lua == NULL) sandbox_leave(sandbox, LEFT_NOMEM);
    sandbox->lua = lua;
    *(struct sandbox **)lua_getextraspace(lua) = sandbox;
    lua_atpanic(lua, leave_failed);
    check_stack_is_known(sandbox);
    lua_settop(lua, SLOT_LAST);
    api_open(lua);
    lua_replace(lua, SLOT_DEALER);
    lua_pushcfunction(lua, leave_failed);
    lua_replace(lua, SLOT_HANDLER);
    start_counting(lua);
}

static void load(struct sandbox *sandbox, const char *name, const char *bytes, size_t length, const char *mode) {
    char chunk[256];
    snprintf(chunk, sizeof chunk, "@%s", name);
    if (luaL_loadbufferx(sandbox->lua, bytes, length, chunk, mode) == LUA_OK) return;
    leave_failed(sandbox->lua);
}

/* lua_Writer: not 0 stops the dump. */
static int write_code(lua_State *lua, const void *bytes, size_t length, void *data) {
    struct sandbox_code *code = data;
    if (length > code->capacity - code->length) {
        size_t capacity = 2 * (code->length + length);
        char *grown = env_resize(sandbox_of(lua)->env, code->bytes, capacity);
        if (grown == NULL) return 1;
        code->bytes = grown;
        code->capacity = capacity;
    }
    if (length > 0) memcpy(code->bytes + code->length, bytes, length);
    code->length += length;
    return 0;
}

void sandbox_compile(struct sandbox *sandbox, const char *name, const char *source, size_t length, struct sandbox_code *out) {
    sandbox_open(sandbox, NULL);
    load(sandbox, name, source, length, "t");
    if (lua_dump(sandbox->lua, write_code, out, 0) != 0) sandbox_leave(sandbox, LEFT_NOMEM);
}

void sandbox_load(struct sandbox *sandbox, const char *name, const struct sandbox_code *code) {
    sandbox->takes_code = true;
    load(sandbox, name, code->bytes, code->length, "b");
    sandbox->takes_code = false;
}

void sandbox_call(struct sandbox *sandbox, int arguments) {
    lua_State *lua = sandbox->lua;
    if (lua_pcall(lua, arguments, 1, SLOT_HANDLER) == LUA_OK) return;
    /* The handler leaves by itself; only an error that Lua could not even hand to it arrives here. */
    leave_failed(lua);
}

/* Lua's table of all texts grows by doubling, and its growing touches every text: it gets room for those that an evaluation
 * makes. Collecting halves it only when three quarters of it are empty, which the names of the library alone prevent. */
static void make_room_for_texts(lua_State *lua) {
    enum { TEXTS = 280 };
    for (int i = 0; i < TEXTS; i++) {
        char text[2] = {(char)(i / 64 + 1), (char)(i % 64 + 1)};
        lua_pushlstring(lua, text, sizeof text);
        lua_pop(lua, 1);
    }
}

void sandbox_settle(struct sandbox *sandbox) {
    lua_gc(sandbox->lua, LUA_GCCOLLECT);
    make_room_for_texts(sandbox->lua);
    lua_gc(sandbox->lua, LUA_GCCOLLECT); /* also what the first round kept for its own sake */
    lua_gc(sandbox->lua, LUA_GCSTOP);
}

bool sandbox_keep(struct sandbox *sandbox, struct sandbox_image *out) {
    out->lua = sandbox->lua;
    out->stack = sandbox->stack;
    out->stack_bytes = sandbox->stack_bytes;
    out->longest_text = sandbox->longest_text;
    out->always = !watch_tables(sandbox);
    return arena_save(&sandbox->arena, &out->arena);
}

void sandbox_restore(struct sandbox *sandbox, struct sandbox_image *image) {
    if (image->always) image->touched = true;
    assert(image->touched || arena_chunks_intact(&image->arena));
    arena_restore(&sandbox->arena, &image->arena, image->touched);
    image->touched = false;
    sandbox->image = image;
    sandbox->used = (struct rule_used){0};
    sandbox->bytes_limit = (int64_t)image->arena.place.total + sandbox->limits->bytes;
    sandbox->lua = image->lua;
    sandbox->stack = image->stack;
    sandbox->stack_bytes = image->stack_bytes;
    sandbox->longest_text = image->longest_text;
    sandbox->result_bytes = 0;
    sandbox->result_entries = 0;
    sandbox->callbacks = 0;
    weigh(sandbox);
    start_counting(sandbox->lua);
}

void sandbox_image_finish(const struct seams *seams, struct sandbox_image *image) {
    arena_image_finish(seams, &image->arena);
}

/* ---- Telling ---- */

static void tell_limit(struct sandbox *sandbox, struct env *env) {
    const struct rule_limits *limits = sandbox->limits;
    bool loading = sandbox->call == NULL;
    switch (sandbox->left) {
    case LEFT_INSTRUCTIONS:
        error_raise(&env->error, &E_RULE_LIMIT_INSTRUCTIONS, "limit", NUMBER(limits->instructions), NULL);
        break;
    case LEFT_BYTES:
        error_raise(
            &env->error, &E_RULE_LIMIT_BYTES, "limit", NUMBER(loading ? (int64_t)limits->image_bytes : limits->bytes), NULL);
        break;
    case LEFT_WORK: error_raise(&env->error, &E_RULE_LIMIT_WORK, "limit", NUMBER(limits->work), NULL); break;
    case LEFT_TEXT: error_raise(&env->error, &E_RULE_LIMIT_TEXT, "limit", NUMBER((int64_t)limits->text_bytes), NULL); break;
    case LEFT_BLOCK: error_raise(&env->error, &E_RULE_LIMIT_BLOCK, "limit", NUMBER((int64_t)limits->block_bytes), NULL); break;
    default:
        error_raise(&env->error, &E_RULE_LIMIT_RESULT, "bytes", NUMBER((int64_t)limits->result_bytes), "entries",
            NUMBER(limits->entries), "depth", NUMBER(limits->depth), NULL);
        break;
    }
}

dealer_status sandbox_tell(struct sandbox *sandbox, struct env *env, const char *subject, const char *file) {
    const char *line = NUMBER(sandbox->line);
    const char *rule = subject == NULL ? file : subject;
    switch (sandbox->left) {
    case LEFT_NOT: return DEALER_OK;
    case LEFT_NOMEM: return error_nomem(&env->error);
    case LEFT_RAISED: return error_status(&env->error);
    case LEFT_FAILED:
        return error_raise(&env->error, &E_RULE_FAILED, "rule", rule, "file", file, "line", line, "what", sandbox->what, NULL);
    default:
        tell_limit(sandbox, env);
        return error_raise(&env->error, &E_RULE_LIMIT, "rule", rule, "file", file, "line", line, NULL);
    }
}
