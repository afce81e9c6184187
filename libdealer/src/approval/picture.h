/* A picture of a flow, and of an instance on its way through it: what is done, who is awaited, what was skipped. As text for Graphviz
 * (DOT) or Mermaid, or drawn here as SVG, whose layout follows the flow's own shape. Knows titles and names; nothing of where they come
 * from. */
#ifndef APPROVAL_PICTURE_H
#define APPROVAL_PICTURE_H

#include "approval/instance.h"
#include "base/text.h"

enum picture_format { PICTURE_DOT, PICTURE_MERMAID, PICTURE_SVG };

struct picture {
    const struct approval_flow *flow;
    const struct approval_instance *instance; /* NULL: the flow alone */
    bool zh;
    const char *(*name)(void *user_data, int64_t person); /* NULL without an instance */
    void *user_data;
};

/* Appends to `out`; its status says whether there was memory enough. */
void picture_draw(const struct picture *picture, enum picture_format format, struct text *out);
int picture_format_of(const char *name); /* "dot", "mermaid", "svg"; -1 */

/* -- shared by the files that draw -- */

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
