/* The smallest host: what a reader of the manual types first, with the installed headers and nothing else. */
#include <dealer.h>
#include <stdio.h>

int main(void) {
    dealer_store *store = NULL;
    dealer_text *about = NULL;
    dealer_status status = dealer_store_open(&store, NULL, ":memory:", NULL);

    if (!status) status = dealer_store_information(store, &about);
    printf("libdealer %s: %s\n", DEALER_VERSION_TEXT, status ? "failed" : "works");
    if (about) dealer_text_free(about);
    dealer_store_close(store);
    return status != DEALER_OK;
}
