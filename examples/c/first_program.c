/* A first program: open a store, let a salesperson enter a customer and a pre-order, ask why he may not do more. */
#include <dealer.h>
#include <stdio.h>
#include <string.h>

static const char configuration[] =
    "{\"group\":{\"code\":\"HT\",\"name\":\"华泰集团\"},"
    "\"companies\":[{\"code\":\"SH\",\"name\":\"上海公司\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"sales\",\"name\":\"销售部\",\"company\":\"SH\"}],"
    "\"posts\":[{\"code\":\"salesperson\",\"name\":\"销售员\",\"grants\":[{\"functions\":[\"customer.*\",\"pre_order.*\"],\"scope\":\"self\"}]}],"
    "\"employees\":[{\"code\":\"zhang\",\"name\":\"张伟\",\"department\":\"sales\",\"posts\":[{\"post\":\"salesperson\"}]}]}";

static int failed(dealer_status status, const dealer_error *error) {
    if (status != DEALER_OK) fprintf(stderr, "%s\n", dealer_error_message(error, 0, DEALER_LANGUAGE_EN));
    return status != DEALER_OK;
}

int main(void) {
    dealer_store *store = NULL;
    dealer_session *system = NULL, *zhang = NULL;
    dealer_document *customer = NULL, *pre_order = NULL;
    dealer_decision *decision = NULL;
    dealer_error *error = NULL;

    if (failed(dealer_store_open(&store, &error, ":memory:", NULL), error)) return 1;
    if (failed(dealer_session_open_system(store, &system, &error, "set-up"), error)) return 1;
    if (failed(dealer_configuration_apply(system, NULL, configuration, strlen(configuration), 0), dealer_session_error(system)))
        return 1;

    if (failed(dealer_session_open(store, &zhang, &error, "zhang"), error)) return 1;
    if (failed(dealer_document_new(zhang, &customer, "customer"), dealer_session_error(zhang))) return 1;
    if (failed(dealer_document_set_text(customer, "name", "江南建筑", strlen("江南建筑")), dealer_document_error(customer)))
        return 1;
    if (failed(dealer_document_save(zhang, customer), dealer_session_error(zhang))) return 1;

    char fields[200];
    snprintf(fields, sizeof fields,
        "{\"customer\":%lld,\"category\":\"excavator\",\"quantity\":1,\"budget\":{\"amount_minor\":120000000,\"currency\":\"CNY\"}}",
        (long long)dealer_document_id(customer));
    if (failed(dealer_document_new(zhang, &pre_order, "pre_order"), dealer_session_error(zhang))) return 1;
    if (failed(dealer_document_merge(pre_order, fields, strlen(fields)), dealer_document_error(pre_order))) return 1;
    if (failed(dealer_document_submit(zhang, &decision, pre_order), dealer_session_error(zhang))) return 1;
    printf("%s: %s\n", dealer_document_number(pre_order), dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));
    dealer_decision_free(decision);

    if (failed(dealer_check(zhang, &decision, "pre_order.lock", dealer_document_id(pre_order)), dealer_session_error(zhang)))
        return 1;
    printf("%s\n", dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));
    dealer_decision_free(decision);
    dealer_document_free(pre_order);
    dealer_document_free(customer);
    dealer_session_close(zhang);
    dealer_session_close(system);
    dealer_store_close(store);
    return 0;
}
