/* The fast form of a check: for plain grants, which are nearly all, a table of bits by post and function, and for each
 * holding the ids and intervals that its scopes mean. Says the same as the terms, or that they have to be asked. */
#include "permission/terms.h"

#include <string.h>

/* ---- building ---- */

/* An array of a noun's values, for what is done alike to departments and companies. */
struct noun {
    int count;
    const char *items;
    size_t size, id_offset, order_offset;
};

static int64_t id_at(const struct noun *noun, int index) {
    int64_t id;
    memcpy(&id, noun->items + (size_t)index * noun->size + noun->id_offset, sizeof id);
    return id;
}

static int32_t order_at(const struct noun *noun, int index) {
    int32_t order;
    memcpy(&order, noun->items + (size_t)index * noun->size + noun->order_offset, sizeof order);
    return order;
}

static dealer_status order_by_id(struct env *env, struct region *region, const struct noun *noun, struct id_order *out) {
    int64_t most = 0;
    for (int i = 0; i < noun->count; i++) {
        if (id_at(noun, i) > most) most = id_at(noun, i);
    }
    if (most > 16 * (int64_t)noun->count + 4096) return DEALER_OK; /* too sparse: the map is asked */
    int32_t *orders = REGION_ARRAY(region, env, int32_t, most + 1);
    if (orders == NULL) return DEALER_E_NOMEM;
    for (int64_t id = 0; id <= most; id++) orders[id] = -1;
    for (int i = 0; i < noun->count; i++) orders[id_at(noun, i)] = order_at(noun, i);
    *out = (struct id_order){orders, (uint64_t)most + 1};
    return DEALER_OK;
}

static struct seat seat_of(const struct org *org, const struct org_employee *person, const struct org_holding *holding) {
    const struct org_company *company = &org->companies[holding->company];
    const struct org_department *department = holding->department >= 0 ? &org->departments[holding->department] : NULL;
    return (struct seat){.from_ms = holding->from_ms,
        .to_ms = holding->to_ms,
        .company = company->id,
        .department = department != NULL ? department->id : -1,
        .owner = person->id,
        .low = department != NULL ? department->order : INT32_MAX,
        .span = department != NULL ? (uint32_t)(department->last - department->order) : 0,
        .company_low = company->order,
        .company_span = (uint32_t)(company->last - company->order),
        .row = (uint32_t)holding->post,
        .flags = (person->service_role_count > 0 ? NOT_PLAIN : 0U) | (department == NULL ? SEAT_WHOLE : 0U)};
}

/* Also of disabled posts, whose rows in the table of bits are empty. */
static void fill(const struct org *org, struct seat *seats, uint32_t *start) {
    uint32_t count = 0;
    for (int e = 0; e < org->employee_count; e++) {
        const struct org_employee *person = &org->employees[e];
        start[e] = count;
        for (int h = 0; !person->disabled && h < person->holding_count; h++)
            seats[count++] = seat_of(org, person, &person->holdings[h]);
    }
    start[org->employee_count] = count;
}

static dealer_status build(struct env *env, const struct org *org, struct seat_table *table) {
    struct region *region = &table->region;
    struct noun departments = {org->department_count, (const char *)org->departments, sizeof *org->departments,
        offsetof(struct org_department, id), offsetof(struct org_department, order)};
    struct noun companies = {org->company_count, (const char *)org->companies, sizeof *org->companies,
        offsetof(struct org_company, id), offsetof(struct org_company, order)};
    size_t count = 0;
    for (int e = 0; e < org->employee_count; e++) count += (size_t)org->employees[e].holding_count;
    struct seat *seats = REGION_ARRAY(region, env, struct seat, count + 2);
    uint32_t *start = REGION_ARRAY(region, env, uint32_t, org->employee_count + 1);
    if (seats == NULL || start == NULL) return DEALER_E_NOMEM;
    dealer_status status = order_by_id(env, region, &departments, &table->departments);
    if (status == DEALER_OK) status = order_by_id(env, region, &companies, &table->companies);
    if (status != DEALER_OK) return status;
    seats = (struct seat *)(((uintptr_t)seats + sizeof *seats - 1) & ~(uintptr_t)(sizeof *seats - 1));
    fill(org, seats, start);
    table->start = start;
    table->seats = seats;
    return DEALER_OK;
}

dealer_status seats_build(struct env *env, const struct org *org, struct seat_table **out) {
    struct region region;
    region_init(&region, env->seams);
    struct seat_table *table = REGION_NEW(&region, env, struct seat_table);
    if (table == NULL) return DEALER_E_NOMEM;
    references_init(&table->references);
    table->region = region; /* it lies in it */
    dealer_status status = build(env, org, table);
    if (status == DEALER_OK)
        *out = table;
    else
        seats_drop(table);
    return status;
}

void seats_drop(struct seat_table *table) {
    if (table == NULL || !references_drop(&table->references)) return;
    struct region region = table->region;
    region_finish(&region);
}

/* ---- asking ---- */

static int32_t order_of_department(const struct permissions *permissions, int64_t id) {
    const struct id_order *by = &permissions->departments;
    if (by->orders != NULL) return (uint64_t)id < by->limit ? by->orders[id] : -1;
    return org_department_by_id(permissions->org, id);
}

static int32_t order_of_company(const struct permissions *permissions, int64_t id) {
    const struct id_order *by = &permissions->companies;
    if (by->orders != NULL) return (uint64_t)id < by->limit ? by->orders[id] : -1;
    int company = org_company_by_id(permissions->org, id);
    return company >= 0 ? permissions->org->companies[company].order : -1;
}

static unsigned lies_below(int32_t order, int32_t low, uint32_t span) {
    return (uint32_t)order - (uint32_t)low <= span;
}

struct permission_seats permission_seats_of(const struct permissions *permissions, int employee) {
    if (permissions->seats == NULL || employee < 0 || employee >= permissions->org->employee_count)
        return (struct permission_seats){NULL, 0, false};
    uint32_t start = permissions->seat_start[employee];
    struct permission_seats found = {permissions->seats + start, permissions->seat_start[employee + 1] - start, false};
    for (uint32_t i = 0; i < found.count; i++)
        found.dated = found.dated || found.seats[i].from_ms > INT64_MIN || found.seats[i].to_ms < INT64_MAX;
    return found;
}

/* Without branches on what the answers are: they are as good as random. A department or company that is not in the tree
 * has order -1, which no interval holds: as unsigned the difference is beyond every span. */
bool permission_glance(const struct permissions *permissions, struct permission_seats seats, struct function function,
    const struct permission_place *place, int64_t now_ms, bool *sure_out) {
    int64_t company = place->company, department = place->department, owner = place->owner;
    int32_t order = order_of_department(permissions, department), company_order = order_of_company(permissions, company);
    const struct seat *seat = seats.seats, *end = seats.seats + seats.count;
    size_t index = (size_t)function.type->index * ACTION_COUNT + (size_t)function.action;
    const uint8_t *plain = permissions->plain + index * (size_t)permissions->row_count;
    unsigned allowed = 0, terms = 0;
    for (; seat < end; seat++) {
        unsigned bits = plain[seat->row], here = company == seat->company;
        unsigned below = lies_below(order, seat->low, seat->span) | (here & seat->flags);
        unsigned match = (here & (unsigned)(owner == seat->owner)) * PLAIN_SELF |
                         (unsigned)(department == seat->department) * PLAIN_DEPARTMENT | (below & 1U) * PLAIN_BELOW |
                         here * PLAIN_COMPANY |
                         lies_below(company_order, seat->company_low, seat->company_span) * PLAIN_COMPANY_BELOW | PLAIN_GROUP;
        unsigned in_force = (unsigned)(seat->from_ms <= now_ms) & (unsigned)(now_ms < seat->to_ms);
        allowed |= bits & match & (0U - in_force);
        terms |= bits | seat->flags;
    }
    *sure_out = (terms & NOT_PLAIN) == 0 && permissions->seats != NULL;
    return allowed != 0;
}
