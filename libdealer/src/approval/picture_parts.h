/* What the files that draw a picture share: what stands on a node, in which words and colours. */
#ifndef APPROVAL_PICTURE_PARTS_H
#define APPROVAL_PICTURE_PARTS_H

#include "approval/picture.h"

enum picture_state { PICTURE_PLAIN, PICTURE_DONE, PICTURE_WAITING, PICTURE_SKIPPED, PICTURE_REJECTED };
enum { PICTURE_LINES = 6, PICTURE_LINE_BYTES = 120 };

/* What is written on a node: its title, then who, one a line. */
struct picture_label {
    char lines[PICTURE_LINES][PICTURE_LINE_BYTES];
    int count;
    enum picture_state state;
};
void picture_label(const struct picture *picture, int32_t node, struct picture_label *out);
const char *picture_title(const struct picture *picture, const struct approval_title *title);
bool picture_takes(const struct picture *picture, int32_t node, int32_t branch); /* did the instance go there? */
int32_t picture_sub_flow(const struct picture *picture, int32_t node);           /* the sub_flow node around it; -1: none */
enum picture_state picture_end_state(const struct picture *picture, bool rejected);
const char *picture_fill(enum picture_state state); /* "#ffe9b3" */
const char *picture_word(const struct picture *picture, const char *en, const char *zh);
void picture_graph(const struct picture *picture, bool mermaid, struct text *out); /* picture_graph.c */
void picture_svg(const struct picture *picture, struct text *out);                 /* picture_svg.c */

#endif
