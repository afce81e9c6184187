/* The smallest host: what a reader of the manual types first. It knows only the installed headers. */
#include <dealer.h>
#include <stdio.h>

int main(void) {
    printf("%s\n", dealer_status_name(DEALER_STATUS_OK));
    return 0;
}
