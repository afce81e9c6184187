/* A CSV file in memory: a header, rows, quoted fields. */
#ifndef REAL_INPUT_CSV_H
#define REAL_INPUT_CSV_H

#include <stddef.h>

struct csv {
    char *content;
    const char **cells; /* rows * columns, the header first */
    size_t rows;        /* without the header */
    size_t columns;
};

/* Ends the program with a sentence when the file is not there. */
void csv_read(struct csv *csv, const char *path);
void csv_free(struct csv *csv);
/* "" where a column is missing. */
const char *csv_cell(const struct csv *csv, size_t row, const char *column);
const char *csv_at(const struct csv *csv, size_t row, size_t column);
const char *csv_name(const struct csv *csv, size_t column);

#endif
