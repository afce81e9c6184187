/* Lua's own lvm.c, compiled so that every instruction counts down and each SANDBOX_STEP of them ends in lua_counted_step (in the rules
 * floor). Lua's count hook tells the same, but traps: it stores and reloads the state of the machine at every instruction, whatever
 * its count. Nothing of Lua is copied: the one expression that each instruction passes, GET_OPCODE(i), gets the countdown in front.
 *
 * Knows two macros and three fields of Lua 5.4; must not know rules. Trap: lvm.c uses GET_OPCODE elsewhere with other arguments, so
 * the argument's spelling decides. */
#define lvm_c
#define LUA_CORE

#include "lprefix.h"

#include "lua.h"

#include "lopcodes.h"
#include "lstate.h"

void lua_counted_step(lua_State *L);
void lua_counted_after(lua_State *L, int steps);

#undef GET_OPCODE
#define DEALER_OPCODE(word) (cast(OpCode, ((word) >> POS_OP) & MASK1(SIZE_OP, 0)))
#define DEALER_OPCODE_i \
    (l_likely(--L->hookcount != 0) ? (void)0 : (void)(ci->u.l.savedpc = pc, lua_counted_step(L))), DEALER_OPCODE(i)
#define DEALER_OPCODE_inst DEALER_OPCODE(inst)
#define GET_OPCODE(word) (DEALER_OPCODE_##word)

#include "lvm.c"

/* The next step comes after this many instructions. */
void lua_counted_after(lua_State *L, int steps) {
    L->hookcount = steps;
}
