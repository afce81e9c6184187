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

#endif
