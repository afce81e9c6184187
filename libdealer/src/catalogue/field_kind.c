#include "catalogue/field_kind.h"

#define AMOUNT_LIMIT  INT64_C(1000000000000000)
#define FIRST_INSTANT INT64_C(-62135596800000)
#define LAST_INSTANT  INT64_C(253402300799999)

static const struct field_kind_traits traits[FIELD_KIND_COUNT] = {
    [FIELD_TEXT] = {"text", "\"SY215C\"", true, false, true, 1, 100000, 0, 200},
    [FIELD_INTEGER] = {"integer", "4200", false, true, true, INT64_MIN, INT64_MAX, -AMOUNT_LIMIT, AMOUNT_LIMIT},
    [FIELD_MONEY] = {"money", "{\"amount_minor\": 123450, \"currency\": \"CNY\"} or \"1234.50\"", false, true, true, -AMOUNT_LIMIT,
        AMOUNT_LIMIT, 0, AMOUNT_LIMIT},
    [FIELD_PERCENT] = {"percent", "1250 (basis points: 12.5 %)", false, true, true, -1000000, 1000000, 0, 10000},
    [FIELD_BOOLEAN] = {"boolean", "true", false, false, false, 0, 0, 0, 1},
    [FIELD_DATE] = {"date", "\"2026-01-31\"", true, false, false, 0, 0, 0, 10},
    [FIELD_INSTANT] = {"instant", "1769846400000 or \"2026-01-31T08:00:00Z\"", false, false, false, 0, 0, FIRST_INSTANT,
        LAST_INSTANT},
    [FIELD_CHOICE] = {"choice", "the code of a choice as text", true, false, false, 0, 0, 0, 48},
    [FIELD_DOCUMENT] = {"document", "17", false, false, false, 0, 0, 1, INT64_MAX},
    [FIELD_EMPLOYEE] = {"employee", "17", false, false, false, 0, 0, 1, INT64_MAX},
    [FIELD_DEPARTMENT] = {"department", "17", false, false, false, 0, 0, 1, INT64_MAX},
    [FIELD_COMPANY] = {"company", "17", false, false, false, 0, 0, 1, INT64_MAX},
    [FIELD_LINES] = {"lines", "[{\"member\": \"value\"}]", true, false, true, 1, 1000, 0, 100},
};

const struct field_kind_traits *field_kind_traits(enum field_kind kind) {
    return &traits[kind];
}

const char *field_kind_name(enum field_kind kind) {
    return (unsigned)kind < FIELD_KIND_COUNT ? traits[kind].name : "unknown";
}

bool field_kind_is_text(enum field_kind kind) {
    return traits[kind].is_text;
}
