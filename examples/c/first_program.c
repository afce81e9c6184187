/* A first program: a small dealer group; a salesperson brings a customer's old machine, rules value it, his department's head decides. */
#include <dealer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char configuration[] =
    "{\"group\":{\"code\":\"HT\",\"name\":\"华泰集团\"},"
    "\"companies\":[{\"code\":\"SH\",\"name\":\"上海公司\",\"kinds\":[\"sales\"],\"currency\":\"CNY\"}],"
    "\"departments\":[{\"code\":\"sales\",\"name\":\"销售部\",\"company\":\"SH\",\"head\":\"wang\"}],"
    "\"posts\":[{\"code\":\"salesperson\",\"name\":\"销售员\","
    "\"grants\":[{\"functions\":[\"customer.*\",\"pre_order.*\",\"trade_in.create\",\"trade_in.read\",\"trade_in.submit\"],\"scope\":\"self\"}]},"
    "{\"code\":\"sales_manager\",\"name\":\"销售经理\",\"grants\":[{\"functions\":[\"trade_in.*\"],\"scope\":\"company\"}]},"
    "{\"code\":\"used_machine_manager\",\"name\":\"二手机经理\"}],"
    "\"employees\":[{\"code\":\"zhang\",\"name\":\"张伟\",\"department\":\"sales\",\"posts\":[{\"post\":\"salesperson\"}]},"
    "{\"code\":\"wang\",\"name\":\"王强\",\"department\":\"sales\",\"posts\":[{\"post\":\"sales_manager\"}]},"
    "{\"code\":\"sun\",\"name\":\"孙丽\",\"department\":\"sales\",\"posts\":[{\"post\":\"used_machine_manager\"}]}],"
    "\"reviews\":[{\"type\":\"trade_in\",\"way\":\"approval\"}]}";

static void must(dealer_status status, const dealer_error *error) {
    if (status == DEALER_OK) return;
    fprintf(stderr, "%s\n", dealer_error_message(error, 0, DEALER_LANGUAGE_ZH));
    exit(1);
}

static void set_up(dealer_store *store) {
    dealer_session *system = NULL;
    dealer_error *error = NULL;
    dealer_text *rules = NULL;
    must(dealer_session_open_system(store, &system, &error, "set-up"), error);
    must(dealer_configuration_apply(system, NULL, configuration, strlen(configuration), 0), dealer_session_error(system));
    must(dealer_rules_starter(system, &rules), dealer_session_error(system));
    must(dealer_rules_publish(system, NULL, dealer_text_data(rules), dealer_text_length(rules), 0), dealer_session_error(system));
    dealer_text_free(rules);
    dealer_session_close(system);
}

/* A document of a type from another one (0: from none), with these fields, submitted; its id. */
static int64_t submit(dealer_session *session, const char *type, int64_t source, const char *fields) {
    dealer_document *document = NULL;
    dealer_decision *decision = NULL;
    if (source)
        must(dealer_document_derive(session, &document, type, source), dealer_session_error(session));
    else
        must(dealer_document_new(session, &document, type), dealer_session_error(session));
    must(dealer_document_merge(document, fields, strlen(fields)), dealer_document_error(document));
    must(dealer_document_submit(session, &decision, document), dealer_session_error(session));
    printf("%s %s\n", dealer_document_status(document), dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));
    int64_t id = dealer_document_id(document);
    dealer_decision_free(decision);
    dealer_document_free(document);
    return id;
}

int main(void) {
    dealer_store *store = NULL;
    dealer_session *zhang = NULL;
    dealer_error *error = NULL;
    dealer_decision *decision = NULL;
    must(dealer_store_open(&store, &error, ":memory:", NULL), error);
    set_up(store);

    must(dealer_session_open(store, &zhang, &error, "zhang"), error); /* who acts: the host vouches for it */
    dealer_document *customer = NULL;
    must(dealer_document_new(zhang, &customer, "customer"), dealer_session_error(zhang));
    must(dealer_document_set_text(customer, "name", "江南建筑", strlen("江南建筑")), dealer_document_error(customer));
    must(dealer_document_save(zhang, customer), dealer_session_error(zhang));

    char fields[200];
    snprintf(fields, sizeof fields,
        "{\"customer\":%lld,\"category\":\"excavator\",\"quantity\":1,\"budget\":{\"amount_minor\":120000000,\"currency\":\"CNY\"}}",
        (long long)dealer_document_id(customer));
    int64_t pre_order = submit(zhang, "pre_order", 0, fields);
    int64_t trade_in = submit(zhang, "trade_in", pre_order,
        "{\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"PC200-8\",\"year\":2018,\"serial_number\":\"KM-308812\",\"hours\":9200,\"offered_on\":\"2026-03-02\"}");

    /* May he override its approval? The answer is a decision with reasons, like every other. */
    must(dealer_check(zhang, &decision, "trade_in.administer", trade_in), dealer_session_error(zhang));
    printf("%s\n", dealer_decision_sentence(decision, DEALER_LANGUAGE_ZH));

    dealer_decision_free(decision);
    dealer_document_free(customer);
    dealer_session_close(zhang);
    dealer_store_close(store);
    return 0;
}
