/* The flow as a graph in words: DOT for Graphviz, or Mermaid. */
#include "approval/picture_parts.h"

#include <string.h>

struct drawing {
    const struct picture *picture;
    struct text *out;
    bool mermaid;
};

static void escape(struct drawing *drawing, const char *text) {
    for (; *text != '\0'; text++) {
        char one[2] = {*text, '\0'};
        if (*text == '"') {
            text_add(drawing->out, drawing->mermaid ? "#quot;" : "\\\"");
        } else if (*text == '\\') {
            text_add(drawing->out, "\\\\");
        } else if (drawing->mermaid && (*text == '<' || *text == '>' || *text == '#')) {
            text_add(drawing->out, *text == '<' ? "#lt;" : *text == '>' ? "#gt;" : "#35;");
        } else {
            text_add(drawing->out, one);
        }
    }
}

static void add_label(struct drawing *drawing, const struct picture_label *label) {
    for (int i = 0; i < label->count; i++) {
        if (i > 0) text_add(drawing->out, drawing->mermaid ? "<br/>" : "\\n");
        escape(drawing, label->lines[i]);
    }
}

static const char *class_of(enum picture_state state) {
    static const char *const names[] = {[PICTURE_PLAIN] = "plain",
        [PICTURE_DONE] = "done",
        [PICTURE_WAITING] = "waiting",
        [PICTURE_SKIPPED] = "skipped",
        [PICTURE_REJECTED] = "rejected"};
    return names[state];
}

/* n3 for a node, j3 for where its branches meet. */
static void add_node(
    struct drawing *drawing, const char *letter, int32_t number, const char *shape, const struct picture_label *label) {
    static const char *const open[] = {"[\"", "{\"", "([\"", "[/\"", "[[\"", "((\""};
    static const char *const shut[] = {"\"]", "\"}", "\"])", "\"/]", "\"]]", "\"))"};
    static const char *const shapes[] = {"box", "diamond", "oval", "parallelogram", "component", "circle"};
    size_t kind = 0;
    while (kind < 5 && strcmp(shapes[kind], shape) != 0) kind++;
    text_addf(drawing->out, "  %s%d", letter, (int)number);
    if (drawing->mermaid) {
        text_add(drawing->out, open[kind]);
        add_label(drawing, label);
        text_addf(drawing->out, "%s:::%s\n", shut[kind], class_of(label->state));
        return;
    }
    text_add(drawing->out, " [label=\"");
    add_label(drawing, label);
    text_addf(drawing->out, "\", shape=%s, fillcolor=\"%s\"];\n", shape, picture_fill(label->state));
}

static void add_edge(struct drawing *drawing, const char *from, const char *to, const char *label, bool dotted) {
    if (drawing->mermaid) {
        text_addf(drawing->out, "  %s %s", from, dotted ? "-.->" : "-->");
        if (label != NULL && *label != '\0') {
            text_add(drawing->out, "|\"");
            escape(drawing, label);
            text_add(drawing->out, "\"|");
        }
        text_addf(drawing->out, " %s\n", to);
        return;
    }
    text_addf(drawing->out, "  %s -> %s [", from, to);
    if (label != NULL && *label != '\0') {
        text_add(drawing->out, "label=\"");
        escape(drawing, label);
        text_add(drawing->out, "\", ");
    }
    text_add(drawing->out, dotted ? "style=dashed];\n" : "style=solid];\n");
}

struct place {
    char name[16];
};

static struct place place_of(const char *letter, int32_t number) {
    struct place place;
    message_render(
        place.name, sizeof place.name, "{letter}{number}", (const char *const[]){"letter", letter, "number", NUMBER(number), NULL});
    return place;
}

static void draw_sequence(struct drawing *drawing, int32_t first, struct place *from, const char *label, bool taken);

static const char *branch_label(const struct drawing *drawing, const struct approval_branch *branch) {
    const char *title = picture_title(drawing->picture, &branch->title);
    if (*title != '\0') return title;
    return branch->otherwise                                    ? picture_word(drawing->picture, "otherwise", "其他")
           : branch->when != NULL && branch->when->rule != NULL ? branch->when->rule
                                                                : "";
}

/* Each branch, and where they meet. */
static void draw_branches(struct drawing *drawing, int32_t index, struct place *from) {
    const struct approval_node *node = &drawing->picture->flow->nodes[index];
    struct picture_label join = {.count = 0};
    struct place meeting = place_of("j", index);
    add_node(drawing, "j", index, "circle", &join);
    for (int32_t i = 0; i < node->branch_count; i++) {
        struct place at = *from;
        const char *label = node->kind == APPROVAL_NODE_SUB_FLOW ? NULL : branch_label(drawing, &node->branches[i]);
        bool taken = picture_takes(drawing->picture, index, i);
        draw_sequence(drawing, node->branches[i].first, &at, label, taken);
        bool empty = node->branches[i].first < 0;
        if (at.name[0] != '\0') add_edge(drawing, at.name, meeting.name, empty ? label : NULL, empty && !taken);
    }
    *from = meeting;
}

static const char *shape_of(const struct approval_node *node) {
    switch (node->kind) {
    case APPROVAL_NODE_EXCLUSIVE:
    case APPROVAL_NODE_INCLUSIVE:
    case APPROVAL_NODE_PARALLEL: return "diamond";
    case APPROVAL_NODE_CC: return "parallelogram";
    case APPROVAL_NODE_END:
    case APPROVAL_NODE_DELAY:
    case APPROVAL_NODE_ROUTE_BACK: return "oval";
    case APPROVAL_NODE_SUB_FLOW: return "component";
    case APPROVAL_NODE_APPROVE: return "box";
    }
    return "box";
}

/* What a sub-flow holds stands in a frame with the flow's title. */
static void open_frame(struct drawing *drawing, int32_t index) {
    const char *title = picture_title(drawing->picture, &drawing->picture->flow->nodes[index].branches[0].title);
    text_addf(drawing->out, drawing->mermaid ? "  subgraph f%d[\"" : "  subgraph cluster_%d {\n  label=\"", (int)index);
    escape(drawing, title);
    text_add(drawing->out, drawing->mermaid ? "\"]\n" : "\";\n");
}

static void close_frame(struct drawing *drawing) {
    text_add(drawing->out, drawing->mermaid ? "  end\n" : "  }\n");
}

/* Nothing goes on from there but, where a sub-flow ends as approved, the way around it. */
static void draw_end(struct drawing *drawing, int32_t index, struct place *from) {
    int32_t around = picture_sub_flow(drawing->picture, index);
    bool approved = !drawing->picture->flow->nodes[index].ends_rejected;
    if (around >= 0 && approved) add_edge(drawing, from->name, place_of("j", around).name, NULL, false);
    from->name[0] = '\0';
}

/* *from becomes the sequence's end; its name is empty when nothing goes on from there. */
static void draw_sequence(struct drawing *drawing, int32_t first, struct place *from, const char *label, bool taken) {
    const struct approval_flow *flow = drawing->picture->flow;
    for (int32_t at = first; at >= 0; at = flow->nodes[at].next) {
        const struct approval_node *node = &flow->nodes[at];
        struct picture_label text;
        struct place here = place_of("n", at);
        picture_label(drawing->picture, at, &text);
        add_edge(drawing, from->name, here.name, label, !taken);
        if (node->kind == APPROVAL_NODE_SUB_FLOW) open_frame(drawing, at);
        add_node(drawing, "n", at, shape_of(node), &text);
        label = NULL;
        *from = here;
        if (node->branch_count > 0) draw_branches(drawing, at, from);
        if (node->kind == APPROVAL_NODE_SUB_FLOW) close_frame(drawing);
        if (node->kind == APPROVAL_NODE_ROUTE_BACK)
            add_edge(drawing, here.name, place_of("n", node->rejected_node).name, NULL, true);
        if (node->kind == APPROVAL_NODE_END) draw_end(drawing, at, from);
    }
}

static void draw_start_and_end(struct drawing *drawing) {
    const struct picture *picture = drawing->picture;
    struct picture_label label = {.count = 1, .state = picture->instance == NULL ? PICTURE_PLAIN : PICTURE_DONE};
    struct place from = place_of("s", 0);
    strcpy(label.lines[0], picture_word(picture, "submit", "提交"));
    add_node(drawing, "s", 0, "oval", &label);
    draw_sequence(drawing, picture->flow->first, &from, NULL, true);
    if (from.name[0] == '\0') return;
    strcpy(label.lines[0], picture_word(picture, "approved", "通过"));
    label.state = picture_end_state(picture, false);
    add_node(drawing, "e", 0, "oval", &label);
    add_edge(drawing, from.name, "e0", NULL, false);
}

void picture_graph(const struct picture *picture, bool mermaid, struct text *out) {
    struct drawing drawing = {picture, out, mermaid};
    if (mermaid) {
        text_add(out, "flowchart TD\n");
        draw_start_and_end(&drawing);
        for (enum picture_state state = PICTURE_PLAIN; state <= PICTURE_REJECTED; state++)
            text_addf(out, "  classDef %s fill:%s,stroke:#555,color:#111;\n", class_of(state), picture_fill(state));
        return;
    }
    text_add(out, "digraph flow {\n  node [style=filled, fontname=\"Noto Sans CJK SC, Microsoft YaHei, sans-serif\"];\n");
    draw_start_and_end(&drawing);
    text_add(out, "}\n");
}
