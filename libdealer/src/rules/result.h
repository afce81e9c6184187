/* The shape of what rules return, checked on JSON. */
#ifndef RULES_RESULT_H
#define RULES_RESULT_H

#include "rules/values.h"

/* Checks and completes (adjustments, reasons). False: fault_out says what is wrong; suggestion_out is then a name that
 * the field's might have been meant to be, or NULL. Memory trouble shows in json_status. */
bool result_check_value(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out);
bool result_check_decision(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out);
bool result_check_people(struct json *json, json_value *value, struct values_fault *fault_out, const char **suggestion_out);

#endif
