/* Lua's own ltable.c, lvm.c and lapi.c, compiled so that
 *  - every instruction counts down, and the last of each count ends in lua_counted_step: Lua's hook tells the same, but traps, which
 *    stores and reloads the state of the machine at every instruction, whatever its count;
 *  - a write into a table of those that lua_counted_keep marked is told by lua_counted_written, so that tables which nobody writes
 *    need not be put back after an evaluation.
 * Nothing of Lua is copied: two macros that its files pass on each such occasion get something in front. Knows a few fields of Lua
 * 5.4; must not know rules. Traps: lvm.c uses GET_OPCODE elsewhere with other arguments, so the argument's spelling decides; the mark
 * is the bit that only Lua's own tests use, and holds as long as no collection runs. */
#define ltable_c
#define lvm_c
#define lapi_c
#define LUA_CORE

#include "lprefix.h"

#include "lua.h"

#include "lgc.h"
#include "lopcodes.h"
#include "lstate.h"
#include "ltable.h"

void lua_counted_step(lua_State *L);
void lua_counted_written(lua_State *L);
void lua_counted_after(lua_State *L, int steps);
const void *lua_counted_keep(lua_State *L);
size_t lua_counted_frame_size(void);

/* An instruction of a function; as libdealer/src/rules/coverage.h declares it. */
struct counted_code {
    int defined, last, size; /* the function: first and last line, instructions */
    int pc, line;
    int decides; /* it skips the next one, or not */
};
void lua_counted_walk(lua_State *L, void (*visit)(void *data, const struct counted_code *code), void *data);
void lua_counted_place(lua_State *L, struct counted_code *out);

#undef GET_OPCODE
#define COUNTED_OPCODE(word) (cast(OpCode, ((word) >> POS_OP) & MASK1(SIZE_OP, 0)))
#define COUNTED_OPCODE_i \
    (l_likely(--L->hookcount != 0) ? (void)0 : (void)(ci->u.l.savedpc = pc, lua_counted_step(L))), COUNTED_OPCODE(i)
#define COUNTED_OPCODE_inst COUNTED_OPCODE(inst)
#define GET_OPCODE(word)    (COUNTED_OPCODE_##word)

#undef luaC_barrierback
#define luaC_barrierback(L, p, v)                                                  \
    (l_unlikely(testbit((p)->marked, TESTBIT)) ? lua_counted_written(L) : (void)0, \
        iscollectable(v) ? luaC_objbarrierback(L, p, gcvalue(v)) : cast_void(0))

/* Asking for the length leaves a hint in the table, which the next answer starts from: not in those that are kept. */
#define luaH_getn counted_getn
#include "ltable.c"
#undef luaH_getn
lua_Unsigned luaH_getn(Table *t) {
    unsigned int limit = t->alimit;
    lu_byte flags = t->flags;
    lua_Unsigned length = counted_getn(t);
    if (testbit(t->marked, TESTBIT)) {
        t->alimit = limit;
        t->flags = flags;
    }
    return length;
}

#include "lvm.c"
#include "lapi.c"

/* The next step comes after this many instructions. */
void lua_counted_after(lua_State *L, int steps) {
    L->hookcount = steps;
}

/* Marks all tables that there are, with what Lua would note in them sooner or later: which metamethods they lack. Returns where the table of all texts lies, which is written untold. */
const void *lua_counted_keep(lua_State *L) {
    for (GCObject *o = G(L)->allgc; o != NULL; o = o->next) {
        if (o->tt != LUA_VTABLE) continue;
        for (int event = 0; event <= TM_EQ; event++) luaT_gettm(gco2t(o), cast(TMS, event), G(L)->tmname[event]);
        l_setbit(o->marked, TESTBIT);
    }
    return G(L)->strt.hash;
}

/* Frames of calls are blocks without a kind, as the parts of tables are; unlike those they are written untold. */
size_t lua_counted_frame_size(void) {
    return sizeof(CallInfo);
}

/* ---- For coverage ---- */

static struct counted_code code_at(const Proto *p, int pc) {
    struct counted_code code = {p->linedefined, p->lastlinedefined, p->sizecode, pc, luaG_getfuncline(p, pc), 0};
    code.decides = testTMode(COUNTED_OPCODE(p->code[pc]));
    return code;
}

static void walk_functions(const Proto *p, void (*visit)(void *data, const struct counted_code *code), void *data) {
    for (int i = 0; i < p->sizep; i++) {
        /* the last instruction is the return that stands at every end, reached or not */
        for (int pc = 0; pc < p->p[i]->sizecode - 1; pc++) {
            struct counted_code code = code_at(p->p[i], pc);
            visit(data, &code);
        }
        walk_functions(p->p[i], visit, data);
    }
}

/* Every instruction of the functions inside the one on top of the stack. */
void lua_counted_walk(lua_State *L, void (*visit)(void *data, const struct counted_code *code), void *data) {
    const TValue *o = s2v(L->top.p - 1);
    if (ttisLclosure(o)) walk_functions(clLvalue(o)->p, visit, data);
}

/* Inside lua_counted_step: the instruction that comes now. */
void lua_counted_place(lua_State *L, struct counted_code *out) {
    const Proto *p = ci_func(L->ci)->p;
    *out = code_at(p, pcRel(L->ci->u.l.savedpc, p));
}
