#include "real_input/machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns that are facts of their own: no equipment. */
static const char *const facts[] = {"SalesID", "SalePrice", "saledate", "MachineID", "ModelID", "datasource", "auctioneerID",
    "YearMade", "MachineHoursCurrentMeter", "UsageBand", "fiModelDesc", "fiBaseModel", "fiModelSeries", "fiProductClassDesc",
    "state", "ProductGroup", "ProductGroupDesc"};

static const struct {
    const char *code, *category;
} groups[] = {{"TEX", "excavator"}, {"WL", "wheel_loader"}, {"TTT", "dozer"}, {"BL", "backhoe_loader"}, {"SSL", "skid_steer"},
    {"MG", "grader"}};

/* Columns that have a name of their own as options, because the market looks at them more closely. */
static const struct {
    const char *column, *option;
} named[] = {{"Enclosure", "cab"}, {"ProductSize", "size"}, {"fiSecondaryDesc", "variant"}, {"fiModelDescriptor", "descriptor"}};

/* -- days -- */

int32_t day_of(const char *date) {
    int year = 0, month = 1, day = 1;
    sscanf(date, "%4d-%2d-%2d", &year, &month, &day);
    int shifted = month <= 2 ? year - 1 : year, era = shifted / 400, of_era = shifted - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_of(int32_t day, char out[11]) {
    int days = day + 719468, era = days / 146097, of_era = days - era * 146097;
    int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * of_year + 2) / 153, month = shifted < 10 ? shifted + 3 : shifted - 9;
    int year = year_of_era + era * 400 + (month <= 2), of_month = of_year - (153 * shifted + 2) / 5 + 1;
    char text[48];
    snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, of_month);
    memcpy(out, text, 10);
    out[10] = '\0';
}

/* -- reading -- */

static const char *category_of(const char *code) {
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcmp(groups[i].code, code) == 0) return groups[i].category;
    }
    return "other";
}

static void read_auction(const struct csv *csv, size_t row, struct machine *out) {
    int year = atoi(csv_cell(csv, row, "YearMade"));
    *out = (struct machine){.key = csv_cell(csv, row, "SalesID"),
        .price = strtod(csv_cell(csv, row, "SalePrice"), NULL),
        .currency = "USD",
        .category = category_of(csv_cell(csv, row, "ProductGroup")),
        .brand = "unknown",
        .model = csv_cell(csv, row, "fiModelDesc"),
        .base_model = csv_cell(csv, row, "fiBaseModel"),
        .series = csv_cell(csv, row, "fiModelSeries"),
        .size_class = csv_cell(csv, row, "fiProductClassDesc"),
        .serial = csv_cell(csv, row, "MachineID"),
        .region = csv_cell(csv, row, "state"),
        .year = year >= 1950 ? year : 0, /* 1000: unknown */
        .hours = (int)strtod(csv_cell(csv, row, "MachineHoursCurrentMeter"), NULL),
        .row = row};
    snprintf(out->date, sizeof out->date, "%.10s", csv_cell(csv, row, "saledate"));
}

/* The listings are of one make and one day. */
static void read_listing(const struct csv *csv, size_t row, struct machine *out) {
    const char *base = csv_cell(csv, row, "model"), *extension = csv_cell(csv, row, "extension");
    char *model = must_have(malloc(strlen(base) + strlen(extension) + 1));
    sprintf(model, "%s%s", base, extension);
    *out = (struct machine){.key = csv_cell(csv, row, "listing_id"),
        .price = strtod(csv_cell(csv, row, "asking_price_eur"), NULL),
        .currency = "EUR",
        .category = strcmp(base, "D6") == 0 ? "dozer"
                    : *base == '9'          ? "wheel_loader"
                                            : "excavator",
        .brand = "Caterpillar",
        .model = model,
        .base_model = base,
        .series = "",
        .size_class = "",
        .serial = "",
        .region = csv_cell(csv, row, "country"),
        .year = atoi(csv_cell(csv, row, "year_made")),
        .hours = (int)strtod(csv_cell(csv, row, "working_hours"), NULL),
        .row = row};
    snprintf(out->date, sizeof out->date, "2022-07-06");
}

static int by_day(const void *left, const void *right) {
    const struct machine *a = left, *b = right;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

void machines_read(struct machines *machines, const char *path) {
    *machines = (struct machines){0};
    csv_read(&machines->csv, path);
    int listings = strcmp(csv_name(&machines->csv, 0), "listing_id") == 0;
    machines->source = listings ? "listings" : "auctions";
    machines->count = machines->csv.rows;
    machines->items = must_have(calloc(machines->count + 1, sizeof *machines->items));
    for (size_t i = 0; i < machines->count; i++) {
        struct machine *machine = &machines->items[i];
        if (listings)
            read_listing(&machines->csv, i, machine);
        else
            read_auction(&machines->csv, i, machine);
        machine->day = day_of(machine->date);
    }
    qsort(machines->items, machines->count, sizeof *machines->items, by_day);
}

void machines_free(struct machines *machines) {
    for (size_t i = 0; i < machines->count && strcmp(machines->source, "listings") == 0; i++)
        free((char *)(uintptr_t)machines->items[i].model);
    free(machines->items);
    csv_free(&machines->csv);
}

/* -- writing -- */

static int is_fact(const char *column) {
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        if (strcmp(facts[i], column) == 0) return 1;
    }
    return 0;
}

static const char *option_name(const char *column) {
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        if (strcmp(named[i].column, column) == 0) return named[i].option;
    }
    return column;
}

/* One option; as a member of an object, or as a line of name and value. */
static void add_option(struct text *text, int as_lines, int *first, const char *name, const char *value) {
    if (*value == '\0') return;
    text_add(text, *first ? "" : ",");
    *first = 0;
    text_add(text, as_lines ? "{\"name\":" : "");
    text_add_string(text, name);
    text_add(text, as_lines ? ",\"value\":" : ":");
    text_add_string(text, value);
    text_add(text, as_lines ? "}" : "");
}

static void add_options(struct text *text, const struct machines *machines, const struct machine *machine, int as_lines) {
    const struct csv *csv = &machines->csv;
    int first = 1;
    text_add(text, as_lines ? ",\"options\":[" : ",\"options\":{");
    if (strcmp(machines->source, "listings") == 0) {
        add_option(text, as_lines, &first, "variant", csv_cell(csv, machine->row, "extension"));
    } else {
        for (size_t column = 0; column < csv->columns; column++) {
            const char *name = csv_name(csv, column);
            if (!is_fact(name)) add_option(text, as_lines, &first, option_name(name), csv_at(csv, machine->row, column));
        }
        add_option(text, as_lines, &first, "UsageBand", csv_cell(csv, machine->row, "UsageBand"));
    }
    text_add(text, as_lines ? "]" : "}");
}

static void add_known(struct text *text, const struct machine *machine) {
    text_add_member(text, "base_model", machine->base_model);
    text_add_member(text, "series", machine->series);
    text_add_member(text, "size_class", machine->size_class);
    text_add_member(text, "region", machine->region);
    if (machine->year > 0) text_add(text, ",\"year\":%d", machine->year);
    if (machine->hours > 0) text_add(text, ",\"hours\":%d", machine->hours);
}

void machine_add_sale(struct text *text, const struct machines *machines, const struct machine *machine) {
    text_add(text, "{\"source\":\"%s\",\"date\":\"%s\",\"price\":{\"amount_minor\":%lld,\"currency\":\"%s\"}", machines->source,
        machine->date, (long long)(machine->price * 100 + 0.5), machine->currency);
    text_add_member(text, "key", machine->key);
    text_add_member(text, "category", machine->category);
    text_add_member(text, "model", machine->model);
    text_add_member(text, "serial", machine->serial);
    add_known(text, machine);
    add_options(text, machines, machine, 0);
    text_add(text, "}");
}

void machine_add_fields(struct text *text, const struct machines *machines, const struct machine *machine, const char *date) {
    text_add(text, "\"offered_on\":\"%s\"", date);
    text_add_member(text, "category", machine->category);
    text_add_member(text, "brand", machine->brand);
    text_add_member(text, "model", machine->model);
    text_add_member(text, "serial_number", machine->serial);
    add_known(text, machine);
    add_options(text, machines, machine, 1);
}
