/* The report of a backtest, document by document: totals by group, rows of what changes, as JSON or CSV. Knows trials and texts; nothing of
 * how they came about. */
#ifndef DEAL_BACKTEST_REPORT_H
#define DEAL_BACKTEST_REPORT_H

#include "deal/trial.h"
#include "base/map.h"
#include "base/text.h"

/* One document's trial. Texts are borrowed. */
struct backtest_case {
    int64_t document, at_ms;
    const char *type, *number, *company, *department, *owner, *group;
    bool rebuilt; /* nothing was logged: rules were asked about the document as it is */
    const struct trial *before, *after;
    bool routed; /* routes were compared */
    const char *flow_before, *flow_after;
    const json_value *route_before, *route_after; /* arrays of nodes, or {"error"} */
    bool route_differs;
};

struct backtest_report {
    struct env *env;
    struct region region;
    struct json *json;
    json_value *rows;
    struct text *csv; /* NULL: JSON rows */
    int64_t rows_most, rows_told;
    struct text_map by_key;
    struct backtest_total *totals;
    size_t total_count, total_capacity;
    int64_t documents, changed, rebuilt, valued, allowed, decided, routed, failed;
};

dealer_status backtest_report_start(
    struct backtest_report *report, struct deal *deal, const struct backtest_order *order, struct json *json, struct text *csv);
dealer_status backtest_report_add(struct backtest_report *report, const struct backtest_case *one);
/* Counts and totals into an object. */
void backtest_report_tell(const struct backtest_report *report, json_value *object);
void backtest_report_finish(struct backtest_report *report);

#endif
