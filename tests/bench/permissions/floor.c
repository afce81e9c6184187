#include "permissions/floor.h"

#include <string.h>

enum { EMPLOYEE_SLOTS = 1 << 15, DEPARTMENT_SLOTS = 1 << 17 };

struct slot {
    int64_t id;
    int32_t index;
};
struct slots {
    struct slot *slots;
    uint32_t mask;
};
static struct slot employee_slots[EMPLOYEE_SLOTS], department_slots[DEPARTMENT_SLOTS];
static struct slots employees = {employee_slots, EMPLOYEE_SLOTS - 1}, departments = {department_slots, 0};
static struct seat {
    int64_t company, department, owner;
    uint32_t low, span;
    uint32_t masks[SCOPES]; /* a bit for each function */
} seats[EMPLOYEES][HOLDINGS];
static int counts[EMPLOYEES];

static inline uint32_t slot_of(int64_t id, uint32_t mask) {
    return (uint32_t)((uint64_t)id * 0x9e3779b97f4a7c15U >> 32) & mask;
}

static void put(struct slots *in, int64_t id, int32_t index) {
    uint32_t at = slot_of(id, in->mask);
    while (in->slots[at].id) at = (at + 1) & in->mask;
    in->slots[at] = (struct slot){id, index};
}

static inline int32_t get(const struct slots *in, int64_t id) {
    uint32_t at = slot_of(id, in->mask);
    while (in->slots[at].id != id) at = (at + 1) & in->mask;
    return in->slots[at].index;
}

static struct seat seat_of(int employee, int post) {
    int d = group.home[employee];
    struct seat seat = {.company = id_of(group.company[d]),
        .department = id_of(d),
        .owner = id_of(employee),
        .low = (uint32_t)group.order[d],
        .span = (uint32_t)(group.last[d] - group.order[d])};
    for (int f = 0; f < FUNCTIONS; f++) {
        if (group.scope[post][f] >= 0) seat.masks[group.scope[post][f]] |= 1U << f;
    }
    return seat;
}

void floor_merge(void) {
    uint32_t room = 1 << 10;
    while (room < 2 * (uint32_t)group.department_count) room *= 2;
    departments.mask = room - 1;
    memset(department_slots, 0, room * sizeof *department_slots);
    memset(employee_slots, 0, sizeof employee_slots);
    for (int d = 0; d < group.department_count; d++) put(&departments, id_of(d), group.order[d]);
    for (int e = 0; e < EMPLOYEES; e++) {
        put(&employees, id_of(e), e);
        counts[e] = group.holding_count[e];
        for (int h = 0; h < group.holding_count[e]; h++) seats[e][h] = seat_of(e, group.post[e][h]);
    }
}

static inline unsigned allows(const struct question *question) {
    int32_t employee = get(&employees, question->employee_id);
    uint32_t order = (uint32_t)get(&departments, question->department_id);
    unsigned allowed = 0, bit = (unsigned)question->function;
    for (int h = 0; h < counts[employee]; h++) {
        const struct seat *seat = &seats[employee][h];
        unsigned here = question->company_id == seat->company;
        allowed |= (seat->masks[0] >> bit & here & (unsigned)(question->owner_id == seat->owner)) |
                   (seat->masks[1] >> bit & (unsigned)(question->department_id == seat->department)) |
                   (seat->masks[2] >> bit & (unsigned)(order - seat->low <= seat->span)) | (seat->masks[3] >> bit & here) |
                   (seat->masks[4] >> bit);
    }
    return allowed & 1U;
}

int64_t floor_ask(const struct question *questions, int count) {
    int64_t allowed = 0;
    for (int q = 0; q < count; q++) allowed += allows(&questions[q]);
    return allowed;
}
