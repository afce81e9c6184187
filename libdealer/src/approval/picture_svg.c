/* The flow drawn as SVG, top down. The layout follows the flow's own shape: a sequence is a column, branches stand beside each other, and
 * each is as wide as what it holds, so that nothing crosses. Texts are measured with a Chinese character as wide as it is high. */
#include "approval/picture_parts.h"

#include <string.h>

enum { FONT = 14, LINE = 20, PADDING = 10, GAP_X = 28, GAP_Y = 36, BOX_LEAST = 110, JOIN = 8, MARGIN = 20 };

struct canvas {
    const struct picture *picture;
    struct text *out;
};

struct size {
    int width, height;
};

static int text_width(const char *text) {
    int width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if ((*at & 0xC0) == 0x80) continue; /* inside a character */
        width += *at >= 0xE0 ? FONT : FONT * 6 / 10;
    }
    return width;
}

static struct size label_size(const struct picture_label *label) {
    struct size size = {BOX_LEAST, label->count * LINE + 2 * PADDING};
    for (int i = 0; i < label->count; i++) {
        int width = text_width(label->lines[i]) + 2 * PADDING;
        if (width > size.width) size.width = width;
    }
    return size;
}

static void add_escaped(struct text *out, const char *text) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<': text_add(out, "&lt;"); break;
        case '>': text_add(out, "&gt;"); break;
        case '&': text_add(out, "&amp;"); break;
        case '"': text_add(out, "&quot;"); break;
        default: text_append(out, text, 1);
        }
    }
}

static void add_text(struct canvas *canvas, int x, int y, const char *anchor, const char *text) {
    text_addf(canvas->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
    add_escaped(canvas->out, text);
    text_add(canvas->out, "</text>\n");
}

static void add_line(struct canvas *canvas, int x1, int y1, int x2, int y2) {
    text_addf(canvas->out, "<path class=\"edge\" d=\"M%d %dL%d %d\"/>\n", x1, y1, x2, y2);
}

/* Down, across, down: to where a branch begins, or where it meets the others. */
static void add_elbow(struct canvas *canvas, int x1, int y1, int x2, int y2, int bend) {
    text_addf(canvas->out, "<path class=\"edge\" d=\"M%d %dV%dH%dV%d\"/>\n", x1, y1, bend, x2, y2);
}

/* Around what a sub-flow holds. */
static void add_frame(struct canvas *canvas, int left, int top, int width, int bottom) {
    text_addf(canvas->out, "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", left, top, width,
        bottom - top);
}

static void add_box(struct canvas *canvas, int x, int y, struct size size, const struct picture_label *label, const char *shape) {
    int left = x - size.width / 2;
    if (strcmp(shape, "diamond") == 0) {
        text_addf(canvas->out, "<path class=\"node\" fill=\"%s\" d=\"M%d %dL%d %dL%d %dL%d %dZ\"/>\n", picture_fill(label->state),
            x, y, left + size.width, y + size.height / 2, x, y + size.height, left, y + size.height / 2);
    } else {
        text_addf(canvas->out, "<rect class=\"node\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\"/>\n", left,
            y, size.width, size.height, strcmp(shape, "oval") == 0 ? size.height / 2 : 4, picture_fill(label->state));
    }
    int top = y + (size.height - label->count * LINE) / 2;
    for (int i = 0; i < label->count; i++) add_text(canvas, x, top + i * LINE + FONT, "middle", label->lines[i]);
}

static bool is_diamond(const struct approval_node *node) {
    return node->branch_count > 0 && node->kind != APPROVAL_NODE_SUB_FLOW;
}

static struct size node_size(const struct canvas *canvas, int32_t index) {
    struct picture_label label;
    picture_label(canvas->picture, index, &label);
    struct size size = label_size(&label);
    if (is_diamond(&canvas->picture->flow->nodes[index])) { /* it needs room around its text */
        size.width += 4 * PADDING;
        size.height += 2 * PADDING;
    }
    return size;
}

static struct size sequence_size(const struct canvas *canvas, int32_t first);

static const char *branch_label(const struct canvas *canvas, const struct approval_branch *branch) {
    const char *title = picture_title(canvas->picture, &branch->title);
    if (*title != '\0') return title;
    if (branch->otherwise) return picture_word(canvas->picture, "otherwise", "其他");
    return branch->when != NULL && branch->when->rule != NULL ? branch->when->rule : "";
}

static int branch_width(const struct canvas *canvas, const struct approval_branch *branch) {
    int width = sequence_size(canvas, branch->first).width, label = 2 * text_width(branch_label(canvas, branch)) + 2 * PADDING;
    return width > label ? width : label;
}

/* A node with all its branches down to where they meet. */
static struct size whole_size(const struct canvas *canvas, int32_t index) {
    const struct approval_node *node = &canvas->picture->flow->nodes[index];
    struct size size = node_size(canvas, index);
    int width = 0, height = 0;
    for (int32_t i = 0; i < node->branch_count; i++) {
        struct size branch = sequence_size(canvas, node->branches[i].first);
        width += branch_width(canvas, &node->branches[i]) + (i > 0 ? GAP_X : 0);
        if (branch.height > height) height = branch.height;
    }
    if (node->kind == APPROVAL_NODE_SUB_FLOW) width += 2 * PADDING;
    if (width > size.width) size.width = width;
    if (node->branch_count > 0) size.height += 2 * GAP_Y + height + JOIN;
    return size;
}

static struct size sequence_size(const struct canvas *canvas, int32_t first) {
    struct size size = {JOIN * 2, 0};
    for (int32_t at = first; at >= 0; at = canvas->picture->flow->nodes[at].next) {
        struct size one = whole_size(canvas, at);
        if (one.width > size.width) size.width = one.width;
        size.height += one.height + (at == first ? 0 : GAP_Y);
    }
    return size;
}

static const char *shape_of(const struct approval_node *node) {
    if (is_diamond(node)) return "diamond";
    bool round = node->kind == APPROVAL_NODE_END || node->kind == APPROVAL_NODE_DELAY || node->kind == APPROVAL_NODE_ROUTE_BACK;
    return round ? "oval" : "box";
}

/* Draws a sequence around x from y down; false: nothing goes on from its end. */
static bool draw_sequence(struct canvas *canvas, int32_t first, int x, int y);

static void draw_branches(struct canvas *canvas, int32_t index, int x, int y, int bottom) {
    const struct approval_node *node = &canvas->picture->flow->nodes[index];
    int total = -GAP_X;
    for (int32_t i = 0; i < node->branch_count; i++) total += branch_width(canvas, &node->branches[i]) + GAP_X;
    int left = x - total / 2;
    if (node->kind == APPROVAL_NODE_SUB_FLOW) add_frame(canvas, left - PADDING, y + GAP_Y / 2, total + 2 * PADDING, bottom - JOIN);
    for (int32_t i = 0; i < node->branch_count; i++) {
        const struct approval_branch *branch = &node->branches[i];
        int width = branch_width(canvas, branch), middle = left + width / 2, top = y + GAP_Y;
        struct size size = sequence_size(canvas, branch->first);
        text_addf(canvas->out, "<g class=\"%s\">\n", picture_takes(canvas->picture, index, i) ? "taken" : "left");
        add_elbow(canvas, x, y, middle, top, y + GAP_Y / 3);
        add_text(canvas, middle + 4, top - 6, "start", branch_label(canvas, branch));
        if (draw_sequence(canvas, branch->first, middle, top))
            add_elbow(canvas, middle, top + size.height, x, bottom - JOIN, bottom - JOIN - GAP_Y / 3);
        text_add(canvas->out, "</g>\n");
        left += width + GAP_X;
    }
    text_addf(canvas->out, "<circle class=\"join\" cx=\"%d\" cy=\"%d\" r=\"%d\"/>\n", x, bottom - JOIN / 2, JOIN / 2);
}

static bool draw_sequence(struct canvas *canvas, int32_t first, int x, int y) {
    const struct approval_flow *flow = canvas->picture->flow;
    for (int32_t at = first; at >= 0; at = flow->nodes[at].next) {
        struct size own = node_size(canvas, at), whole = whole_size(canvas, at);
        struct picture_label label;
        picture_label(canvas->picture, at, &label);
        if (at != first) {
            add_line(canvas, x, y, x, y + GAP_Y);
            y += GAP_Y;
        }
        add_box(canvas, x, y, own, &label, shape_of(&flow->nodes[at]));
        if (flow->nodes[at].branch_count > 0) draw_branches(canvas, at, x, y + own.height, y + whole.height);
        y += whole.height;
        bool ends_all = flow->nodes[at].ends_rejected || picture_sub_flow(canvas->picture, at) < 0;
        if (flow->nodes[at].kind == APPROVAL_NODE_END && ends_all) return false;
    }
    return true;
}

static struct picture_label end_label(const struct picture *picture, const char *en, const char *zh, enum picture_state state) {
    struct picture_label label = {.count = 1, .state = state};
    strcpy(label.lines[0], picture_word(picture, en, zh));
    return label;
}

void picture_svg(const struct picture *picture, struct text *out) {
    struct canvas canvas = {picture, out};
    struct picture_label start = end_label(picture, "submit", "提交", picture->instance == NULL ? PICTURE_PLAIN : PICTURE_DONE);
    struct picture_label end = end_label(picture, "approved", "通过", picture_end_state(picture, false));
    struct size body = sequence_size(&canvas, picture->flow->first), cap = label_size(&start);
    int width = (body.width > cap.width ? body.width : cap.width) + 2 * MARGIN, x = width / 2, y = MARGIN;
    int height = body.height + 2 * (cap.height + GAP_Y) + 2 * MARGIN;
    text_addf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n<title>", width,
        height, width, height);
    add_escaped(out, picture_title(picture, &picture->flow->title));
    text_add(out,
        "</title>\n<style>text{font:14px \"Noto Sans CJK SC\",\"Microsoft YaHei\",\"PingFang SC\",sans-serif;fill:#111}"
        ".node{stroke:#555}.edge{fill:none;stroke:#555;marker-end:url(#tip)}.join{fill:#555}.left{opacity:.45}.frame{fill:none;stroke:#888;"
        "stroke-dasharray:5 4}</style>\n"
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
        "<path d=\"M0 0L8 4L0 8Z\" fill=\"#555\"/></marker></defs>\n");
    add_box(&canvas, x, y, cap, &start, "oval");
    add_line(&canvas, x, y + cap.height, x, y + cap.height + GAP_Y);
    y += cap.height + GAP_Y;
    if (draw_sequence(&canvas, picture->flow->first, x, y)) {
        add_line(&canvas, x, y + body.height, x, y + body.height + GAP_Y);
        add_box(&canvas, x, y + body.height + GAP_Y, cap, &end, "oval");
    }
    text_add(out, "</svg>\n");
}
