#include "real_input/csv.h"
#include "real_input/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    size_t length = 0, capacity = 1 << 16, got;
    char *content = must_have(malloc(capacity));
    if (file == NULL) {
        fprintf(stderr, "%s: can't be read\n", path);
        exit(2);
    }
    while ((got = fread(content + length, 1, capacity - length - 1, file)) > 0) {
        length += got;
        if (capacity - length < 2) content = must_have(realloc(content, capacity *= 2));
    }
    fclose(file);
    content[length] = '\0';
    return content;
}

/* Cuts one cell out where it stands; answers what ended it (',', '\n' or NUL) and moves behind that. */
static char cut_cell(char **at, const char **cell_out) {
    char *from = *at, *to = *at;
    int quoted = *from == '"';
    *cell_out = to;
    if (quoted) from++;
    while (*from != '\0') {
        if (quoted && from[0] == '"' && from[1] == '"')
            from++;
        else if (quoted && *from == '"') {
            quoted = 0;
            from++;
            continue;
        } else if (!quoted && (*from == ',' || *from == '\n' || (*from == '\r' && from[1] == '\n')))
            break;
        *to++ = *from++;
    }
    if (*from == '\r') from++;
    char end = *from;
    *at = end != '\0' ? from + 1 : from;
    *to = '\0';
    return end;
}

void csv_read(struct csv *csv, const char *path) {
    size_t count = 0, capacity = 1024;
    *csv = (struct csv){.content = read_file(path), .cells = must_have(malloc(1024 * sizeof *csv->cells))};
    char *at = csv->content;
    if (strncmp(at, "\xef\xbb\xbf", 3) == 0) at += 3;
    while (*at != '\0') {
        if (count == capacity) csv->cells = must_have(realloc(csv->cells, (capacity *= 2) * sizeof *csv->cells));
        char end = cut_cell(&at, &csv->cells[count++]);
        if (end != ',' && csv->columns == 0) csv->columns = count;
    }
    if (csv->columns == 0 || count % csv->columns != 0) {
        fprintf(stderr, "%s: not every row has as many cells as the header\n", path);
        exit(2);
    }
    csv->rows = count / csv->columns - 1;
}

void csv_free(struct csv *csv) {
    free(csv->content);
    free(csv->cells);
    *csv = (struct csv){0};
}

const char *csv_at(const struct csv *csv, size_t row, size_t column) {
    return csv->cells[(row + 1) * csv->columns + column];
}

const char *csv_name(const struct csv *csv, size_t column) {
    return csv->cells[column];
}

const char *csv_cell(const struct csv *csv, size_t row, const char *column) {
    for (size_t i = 0; i < csv->columns; i++) {
        if (strcmp(csv->cells[i], column) == 0) return csv_at(csv, row, i);
    }
    return "";
}
