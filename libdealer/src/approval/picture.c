/* Which way a picture is drawn. */
#include "approval/picture_parts.h"

#include <string.h>

int picture_format_of(const char *name) {
    static const char *const names[] = {"dot", "mermaid", "svg"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(names[i], name) == 0) return i;
    }
    return -1;
}

void picture_draw(const struct picture *picture, enum picture_format format, struct text *out) {
    if (format == PICTURE_SVG) {
        picture_svg(picture, out);
    } else {
        picture_graph(picture, format == PICTURE_MERMAID, out);
    }
}
