/* One Lua state in an arena of its own, and the only ways into it and out of it.
 *
 * In: sandbox_load builds the state with one rule file and keeps an image of it; sandbox_restore puts the image back.
 * Out: everything that runs Lua runs inside sandbox_run, and whatever goes wrong there - a limit, a refused
 * allocation, an error - leaves by one longjmp to sandbox_run, past every C function and every frame of Lua. So no C
 * code between may hold anything that must be given back: JSON that is built for or by a rule lies in `answers`, which
 * the caller of sandbox_run owns. After such a jump the state is rubbish until it is restored or built anew.
 *
 * Lua itself never sees a refused allocation: versions before 5.4.8 free memory twice when they do. */
#ifndef RULES_SANDBOX_H
#define RULES_SANDBOX_H

#include "rules/arena.h"
#include "rules/rules.h"

#include <locale.h>
#include <lua.h>
#include <setjmp.h>

enum { SANDBOX_STEP = 100, SANDBOX_TEXT_SIZE = 320 };

enum sandbox_left {
    LEFT_NOT,          /* ran to its end */
    LEFT_INSTRUCTIONS, /* limits */
    LEFT_BYTES,
    LEFT_WORK,
    LEFT_TEXT,
    LEFT_BLOCK,
    LEFT_RESULT,
    LEFT_NOMEM,  /* the host's allocator refused; not yet raised */
    LEFT_FAILED, /* the rule raised, or Lua did: sandbox->what says it */
    LEFT_RAISED  /* an error is already in env */
};

/* Where things stand on the Lua stack of every image. */
enum sandbox_slot {
    SLOT_APPLIES = 1, /* function or nil */
    SLOT_MAIN,        /* value or decide, or nil */
    SLOT_CONDITIONS,  /* table of functions, or nil */
    SLOT_DEALER,      /* what a rule gets as its second argument */
    SLOT_HANDLER,     /* message handler of sandbox_call */
    SLOT_LAST = SLOT_HANDLER
};

struct sandbox_image {
    struct arena_image arena;
    bool touched; /* the last evaluation wrote where few do: put back all of it */
    bool always;  /* they all do */
    lua_State *lua;
    const void *stack;
    size_t longest_text, stack_bytes;
};

struct sandbox {
    struct arena arena;
    const struct rule_limits *limits;
    lua_State *lua;
    const void *stack; /* the block that holds the Lua stack now */
    const void *plain; /* the block without an object that was taken last */
    size_t plain_bytes;
    size_t longest_text; /* of the texts made so far */
    size_t stack_bytes;
    struct sandbox_image *image; /* being made or in use; NULL while compiling */
    bool takes_code;             /* code is being loaded: its blocks are never written again */
    bool stack_moves;            /* Lua is between two stacks: its frames can't be read */
    int64_t weight;              /* work that one instruction may hide, see count_hook */
    int64_t bytes_limit;         /* of arena.place.total */
    struct rule_used used;
    int callbacks; /* functions of the rule that library functions are calling just now */

    /* Set by the caller for one run */
    struct env *env;
    const struct rule_call *call; /* NULL while loading */
    struct coverage *coverage;    /* of a case being run; NULL: nobody wants to know */
    struct json *answers;         /* arguments and answers of look-ups, results */
    json_value *lookups;          /* array in answers: what was looked up */
    json_value *near_misses;      /* array in answers: what the rule says it just missed; NULL: nothing so far */
    size_t result_bytes;          /* texts copied into answers so far */
    int result_entries;

    /* How the last run ended */
    jmp_buf jump;
    locale_t plain_locale; /* of this thread while a rule runs: 1.5 is read and written with a point wherever the host lives */
    enum sandbox_left left;
    int line; /* of the rule file, 0: not known */
    char what[SANDBOX_TEXT_SIZE];
};

bool sandbox_init(struct sandbox *sandbox, const struct seams *seams, const struct rule_limits *limits);
void sandbox_finish(struct sandbox *sandbox);

/* Runs `body` so that it may leave by the functions below. */
typedef void (*sandbox_body)(struct sandbox *sandbox, void *data);
enum sandbox_left sandbox_run(struct sandbox *sandbox, sandbox_body body, void *data);

/* Inside sandbox_run only. */
_Noreturn void sandbox_leave(struct sandbox *sandbox, enum sandbox_left left);
_Noreturn void sandbox_raised(struct sandbox *sandbox); /* the error is in env; NOMEM leaves as such */
/* A fresh state with the library, empty slots; `image` is what it will be kept in, or NULL. */
void sandbox_open(struct sandbox *sandbox, struct sandbox_image *image);
/* Compiling leaves rubbish all over the arena, so it happens in a state of its own: sandbox_compile opens one and keeps the code,
 * sandbox_load puts that into the state of the moment and leaves the function on the stack. The code is made here and nowhere
 * else: text that a rule could bring along is never loaded as code. */
struct sandbox_code {
    char *bytes; /* owned by whoever called sandbox_run: env_free */
    size_t length, capacity;
};
void sandbox_compile(struct sandbox *sandbox, const char *name, const char *source, size_t length, struct sandbox_code *out);
void sandbox_load(struct sandbox *sandbox, const char *name, const struct sandbox_code *code);
/* Calls the function below the arguments; one result is left on the stack. */
void sandbox_call(struct sandbox *sandbox, int arguments);
void sandbox_settle(struct sandbox *sandbox);                          /* collect, then no collection any more */
bool sandbox_keep(struct sandbox *sandbox, struct sandbox_image *out); /* false: out of memory */
void sandbox_restore(struct sandbox *sandbox, struct sandbox_image *image);
void sandbox_image_finish(const struct seams *seams, struct sandbox_image *image);

#if DEALER_BUNDLED_LUA
void lua_counted_step(lua_State *lua); /* these two are called by our build of Lua, see cmake/lua_counted.c */
void lua_counted_written(lua_State *lua);
void lua_counted_after(lua_State *lua, int steps);
const void *lua_counted_keep(lua_State *lua);
size_t lua_counted_frame_size(void);
#endif

/* The sandbox of a state: for the C functions that rules call. */
static inline struct sandbox *sandbox_of(lua_State *lua) {
    return *(struct sandbox **)lua_getextraspace(lua);
}

/* Work done in C, where no instruction is counted. */
static inline void sandbox_spend(struct sandbox *sandbox, int64_t work) {
    sandbox->used.work += work;
    if (sandbox->used.work > sandbox->limits->work) sandbox_leave(sandbox, LEFT_WORK);
}

/* Tells what limit was passed (as the cause), then which rule it was. `subject` is the rule's id, or NULL. */
dealer_status sandbox_tell(struct sandbox *sandbox, struct env *env, const char *subject, const char *file);

#endif
