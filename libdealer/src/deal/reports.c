#include "deal/reports.h"

/* What the person may read, and of it what is in force. */
static dealer_status restrict_query(struct deal *deal, struct document_query *query) {
    struct value approved = value_of_text(STATUS_APPROVED, sizeof STATUS_APPROVED - 1);
    query->person = deal->person;
    query->filter = predicate_compare(deal->env, &deal->region, &query->type->fields[COMMON_STATUS], OPERATOR_EQ, approved);
    return query->filter ? deal_visible(deal, query->type, &query->visible) : DEALER_E_NOMEM;
}

dealer_status report_each(struct deal *deal, const char *type, struct report *report, report_visit *visit) {
    struct document_query query = {.type = catalogue_type(deal->snapshot->catalogue, type), .limit = INT64_MAX};
    struct document_cursor *cursor = NULL;
    struct document *document = NULL;
    dealer_status status = restrict_query(deal, &query);
    if (!status) status = store_document_query(deal->env, deal->connection, &query, &cursor);
    while (!status && !(status = store_document_next(deal->env, cursor, &document)) && document) {
        status = visit(deal, report, document);
        document_free(document);
    }
    store_document_cursor_free(cursor);
    return status;
}

json_value *report_row(struct report *report, const struct document *document) {
    struct json *json = report->json;
    json_value *row = json_new_object(json);
    json_set_integer(json, row, "document", document_id(document));
    json_set_text(json, row, "number", document_text(document, COMMON_NUMBER));
    if (document_has(document, COMMON_CUSTOMER))
        json_set_integer(json, row, "customer", document_integer(document, COMMON_CUSTOMER));
    json_push(json, report->rows, row);
    return row;
}

void report_fields(
    struct report *report, json_value *row, const struct document *document, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_field *field = catalogue_field(document->type, names[i]);
        if (document_has(document, field->index))
            json_set(report->json, row, names[i], document_value_to_json(document, field, report->json));
    }
}
