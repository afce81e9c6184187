#include "real_input/group.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

/* Whoever a company has once. */
static const struct {
    const char *prefix, *post, *name;
} staff[] = {{"G", "general_manager", "总经理"}, {"M", "sales_manager", "销售经理"}, {"U", "used_machine_manager", "二手机经理"},
    {"B", "back_office", "内勤"}, {"W", "warehouse_keeper", "库管"}};

static const char *cell(const struct csv *csv, size_t row, const char *column) {
    return csv_cell(csv, row, column);
}

static int level_of(const struct csv *csv, size_t row) {
    return atoi(cell(csv, row, "level"));
}

/* Ids are the parents' with more digits behind, so the first two are the province. */
static void add_company_of(struct text *json, const char *id) {
    text_add(json, "\"company\":\"P%.2s\"", id);
}

static void add_companies(struct group *group, const struct csv *csv) {
    struct text *json = &group->json;
    text_add(json, ",\"companies\":[");
    for (size_t row = 0; row < csv->rows; row++) {
        if (level_of(csv, row) != 1) continue;
        text_add(json, "%s{\"code\":\"P%s\",\"kinds\":[\"sales\"],\"currency\":\"USD\"", group->companies++ > 0 ? "," : "",
            cell(csv, row, "id"));
        text_add_member(json, "name", cell(csv, row, "name"));
        text_add(json, "}");
    }
    text_add(json, "]");
}

/* Every prefecture has a head, and every second county; the other counties' salespeople answer to the prefecture's. */
static int has_head(const struct csv *csv, size_t row) {
    return level_of(csv, row) == 2 || row % 2 == 0;
}

static void add_departments(struct group *group, const struct csv *csv) {
    struct text *json = &group->json;
    text_add(json, ",\"departments\":[");
    for (size_t row = 0; row < csv->rows; row++) {
        const char *id = cell(csv, row, "id");
        if (level_of(csv, row) < 2) continue;
        text_add(json, "%s{\"code\":\"D%s\",", group->departments++ > 0 ? "," : "", id);
        add_company_of(json, id);
        text_add_member(json, "name", cell(csv, row, "name"));
        if (level_of(csv, row) == 3) text_add(json, ",\"parent\":\"D%s\"", cell(csv, row, "parent_id"));
        if (has_head(csv, row)) text_add(json, ",\"head\":\"H%s\"", id);
        text_add(json, "}");
    }
    text_add(json, "]");
}

static void add_employee(struct group *group, const char *prefix, const char *id, const char *name, const char *place) {
    text_add(&group->json, "%s{\"code\":\"%s%s\",\"name\":", group->employees++ > 0 ? "," : "", prefix, id);
    text_add_string(&group->json, name);
    text_add(&group->json, ",%s}", place);
}

static void add_staff(struct group *group, const char *company, const char *department) {
    char place[160];
    for (size_t i = 0; i < sizeof staff / sizeof staff[0]; i++) {
        snprintf(place, sizeof place, "\"department\":\"D%s\",\"posts\":[{\"post\":\"%s\",\"company\":\"P%.2s\"}]", department,
            staff[i].post, company);
        add_employee(group, staff[i].prefix, company, staff[i].name, place);
    }
}

static void add_employees(struct group *group, const struct csv *csv) {
    char place[160], company[3] = "";
    text_add(&group->json, ",\"employees\":[");
    for (size_t row = 0; row < csv->rows; row++) {
        const char *id = cell(csv, row, "id"), *name = cell(csv, row, "name");
        if (level_of(csv, row) < 2) continue;
        if (level_of(csv, row) == 2 && strncmp(company, id, 2) != 0) {
            snprintf(company, sizeof company, "%.2s", id);
            add_staff(group, company, id);
        }
        snprintf(place, sizeof place, "\"department\":\"D%s\",\"posts\":[]", id);
        if (has_head(csv, row)) add_employee(group, "H", id, name, place);
        if (level_of(csv, row) != 3) continue;
        snprintf(place, sizeof place, "\"department\":\"D%s\",\"posts\":[{\"post\":\"salesperson\"}]", id);
        add_employee(group, "S", id, name, place);
        snprintf(group->sellers[group->seller_count++], sizeof group->sellers[0], "S%.20s", id);
    }
    text_add(&group->json, "]");
}

void group_read(struct group *group, const char *path) {
    struct csv csv;
    csv_read(&csv, path);
    *group = (struct group){.nodes = csv.rows, .sellers = must_have(calloc(csv.rows + 1, sizeof *group->sellers))};
    text_add(&group->json, "\"group\":{\"code\":\"ALL\",\"name\":\"全国集团\"}");
    add_companies(group, &csv);
    add_departments(group, &csv);
    add_employees(group, &csv);
    csv_free(&csv);
}

void group_free(struct group *group) {
    text_free(&group->json);
    free(group->sellers);
    *group = (struct group){0};
}
