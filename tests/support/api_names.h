/* The functions that the public headers declare, for tests that must have a row for each. */
#ifndef SUPPORT_API_NAMES_H
#define SUPPORT_API_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Prints every exported function whose declaration has `word` in it (NULL: every one) and that `knows` does not know; returns how many.
 * Fails the test when the headers can't be read. */
int api_names_missing(const char *word, bool (*knows)(const char *name, size_t length));

#endif
