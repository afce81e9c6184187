/* The statuses list themselves, so that bindings and docs can be checked against them. */
#include "dealer/status.h"

static const char *const names[] = {
    "DEALER_OK",
    "DEALER_E_MISUSE",
    "DEALER_E_NOMEM",
    "DEALER_E_INVALID",
    "DEALER_E_NOT_FOUND",
    "DEALER_E_DENIED",
    "DEALER_E_CONFLICT",
    "DEALER_E_STATE",
    "DEALER_E_GATE",
    "DEALER_E_LOCKED",
    "DEALER_E_CONFIGURATION",
    "DEALER_E_RULE",
    "DEALER_E_BUSY",
    "DEALER_E_IO",
    "DEALER_E_FULL",
    "DEALER_E_CORRUPT",
    "DEALER_E_NOT_A_STORE",
    "DEALER_E_NEWER",
    "DEALER_E_READ_ONLY",
    "DEALER_E_TOO_LARGE",
    "DEALER_E_INTERNAL",
};

const char *dealer_status_name(int32_t status) {
    return status >= 0 && status < dealer_status_count() ? names[status] : NULL;
}

int32_t dealer_status_count(void) {
    return (int32_t)(sizeof names / sizeof names[0]);
}
