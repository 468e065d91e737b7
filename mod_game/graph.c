/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Drawings of programs. A program is one column of conditions, asked from
 * top to bottom, with what each of them leads to at its right: so the rows
 * are all there is to lay out, and both forms are written from them.
 */

#include "graph.h"

#include <string.h>

#include <apr_strings.h>
#include <apr_tables.h>

#define TEXT_MAX 64             /* characters of a line */
#define DEEPEST 40              /* expressions */

/* A row: a condition and where it leads, or a plain step. */
typedef struct row_t {
    const char *label;
    const char *action;         /* lines by \n; NULL: a plain step */
    int ends;                   /* the action ends the program's section */
    int always;                 /* no condition: what else there is */
    int after;                  /* row after an action that does not end */
    int y;                      /* of SVG */
} row_t;

typedef struct graph_t {
    apr_pool_t *pool;
    apr_array_header_t *rows;   /* of row_t */
} graph_t;

static row_t *add(graph_t *graph, const char *label)
{
    row_t *row = apr_array_push(graph->rows);

    memset(row, 0, sizeof(*row));
    row->label = label;
    return row;
}

static const char *member(const game_json_t *node, const char *name)
{
    const char *text = game_json_string(game_json_member(node, name));

    return text ? text : "";
}

/* ---- what a node says ---- */

static const char *say(apr_pool_t *pool, const game_json_t *node, int depth);

/* Elements of args, with a word between them. */
static const char *say_list(apr_pool_t *pool, const game_json_t *list,
                            const char *between, int depth)
{
    const char *text = "";
    apr_size_t i;

    for (i = 0; i < game_json_size(list) && strlen(text) <= TEXT_MAX; i++) {
        text = apr_pstrcat(pool, text, i ? between : "",
                           say(pool, game_json_at(list, i), depth + 1),
                           NULL);
    }
    return text;
}

static const char *say_pair(apr_pool_t *pool, const game_json_t *node,
                            int depth)
{
    return apr_pstrcat(pool, "(",
        say(pool, game_json_member(node, "left"), depth + 1), " ",
        member(node, "op"), " ",
        say(pool, game_json_member(node, "right"), depth + 1), ")", NULL);
}

static const char *say(apr_pool_t *pool, const game_json_t *node, int depth)
{
    const char *type = member(node, "type");
    const game_json_t *args = game_json_member(node, "args");

    if (depth > DEEPEST) {
        return "...";
    }
    if (!strcmp(type, "literal")) {
        return game_json_text(pool, game_json_member(node, "value"));
    }
    if (!strcmp(type, "field")) {
        return member(node, "path");
    }
    if (!strcmp(type, "compare") || !strcmp(type, "arith")) {
        return say_pair(pool, node, depth);
    }
    if (!strcmp(type, "and") || !strcmp(type, "or")) {
        return apr_pstrcat(pool, "(",
            say_list(pool, args, *type == 'a' ? " and " : " or ", depth),
            ")", NULL);
    }
    if (!strcmp(type, "not")) {
        return apr_pstrcat(pool, "not ",
            say(pool, game_json_member(node, "arg"), depth + 1), NULL);
    }
    return apr_pstrcat(pool, member(node, "name"), "(",
                       say_list(pool, args, ", ", depth), ")", NULL);
}

/* One line of a label: cut where a character ends. */
static const char *line(apr_pool_t *pool, const char *text)
{
    apr_size_t len = strlen(text);

    if (len <= TEXT_MAX) {
        return text;
    }
    len = TEXT_MAX;
    while (len && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--;
    }
    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, len), "...", NULL);
}

static const char *condition(apr_pool_t *pool, const game_json_t *node)
{
    const char *text = say(pool, node, 0);
    apr_size_t len = strlen(text);

    if (*text == '(' && len > 2) {      /* outermost brackets say nothing */
        text = apr_pstrmemdup(pool, text + 1, len - 2);
    }
    return line(pool, text);
}

static const char *statement(apr_pool_t *pool, const game_json_t *node,
                             int *ends)
{
    const char *type = member(node, "type");
    const char *value = say(pool, game_json_member(node, "value"), 0);

    *ends |= !strcmp(type, "assign_points") || !strcmp(type, "veto")
          || !strcmp(type, "return");
    if (!strcmp(type, "assign_points")) {
        return apr_pstrcat(pool, value, " points: ",
                           member(node, "case_name"), NULL);
    }
    if (!strcmp(type, "veto")) {
        return apr_pstrcat(pool, "veto: ", member(node, "case_name"), NULL);
    }
    if (!strcmp(type, "return")) {
        return "end";
    }
    return apr_pstrcat(pool, !strcmp(type, "set_points") ? "points"
                       : !strcmp(type, "set_case_name") ? "case name"
                       : !strcmp(type, "set_data") ? "data."
                       : "callback ", member(node, "key"), " = ", value,
                       NULL);
}

static const char *statements(apr_pool_t *pool, const game_json_t *list,
                              int *ends)
{
    const char *text = "";
    apr_size_t i;

    for (i = 0; i < game_json_size(list); i++) {
        text = apr_pstrcat(pool, text, i ? "\n" : "",
            line(pool, statement(pool, game_json_at(list, i), ends)), NULL);
    }
    return text;
}

/* ---- rows ---- */

static void add_branch(graph_t *graph, const game_json_t *branch)
{
    row_t *row = add(graph, condition(graph->pool,
                                      game_json_member(branch, "when")));

    row->action = statements(graph->pool, game_json_member(branch, "then"),
                             &row->ends);
}

static void add_rule(graph_t *graph, const game_json_t *rule)
{
    const game_json_t *others = game_json_member(rule, "else_if");
    const game_json_t *otherwise = game_json_member(rule, "else");
    int first = graph->rows->nelts;
    apr_size_t i;

    add_branch(graph, rule);
    for (i = 0; i < game_json_size(others); i++) {
        add_branch(graph, game_json_at(others, i));
    }
    if (game_json_size(otherwise)) {
        row_t *row = add(graph, "else");

        row->action = statements(graph->pool, otherwise, &row->ends);
        row->always = 1;
    }
    for (; first < graph->rows->nelts; first++) {
        APR_ARRAY_IDX(graph->rows, first, row_t).after = graph->rows->nelts;
    }
}

static void add_rules(graph_t *graph, const game_json_t *rules)
{
    apr_size_t i;

    for (i = 0; i < game_json_size(rules); i++) {
        add_rule(graph, game_json_at(rules, i));
    }
}

static graph_t *rows_of(apr_pool_t *pool, const game_json_t *ast,
                        const char *parent)
{
    graph_t *graph = apr_pcalloc(pool, sizeof(*graph));
    const game_json_t *fallback = game_json_member(ast, "default");
    int ends = 0;

    graph->pool = pool;
    graph->rows = apr_array_make(pool, 8, sizeof(row_t));
    add(graph, "event");
    if (!ast) {
        add(graph, "no program");
    }
    else if (parent) {
        add_rules(graph, game_json_member(ast, "pre_rules"));
        add(graph, apr_pstrcat(pool, "parent: ", parent, NULL));
        add_rules(graph, game_json_member(ast, "post_rules"));
        add(graph, "result");
    }
    else {
        add_rules(graph, game_json_member(ast, "rules"));
        add(graph, game_json_is_null(fallback) ? "no rule matched"
            : line(pool, statement(pool, fallback, &ends)));
    }
    return graph;
}

/* @return whether an arrow leads from a row to the next one */
static int goes_on(const graph_t *graph, int at)
{
    return at + 1 < graph->rows->nelts
        && !APR_ARRAY_IDX(graph->rows, at, row_t).always;
}

/* ---- Graphviz ---- */

/* A text inside quotes; its lines stay lines. */
static const char *quoted(apr_pool_t *pool, const char *text)
{
    char *out = apr_palloc(pool, 2 * strlen(text) + 1), *at = out;

    for (; *text; text++) {
        if (*text == '"' || *text == '\\' || *text == '\n') {
            *at++ = '\\';
        }
        *at++ = *text == '\n' ? 'n' : *text;
    }
    *at = '\0';
    return out;
}

const char *game_graph_dot(apr_pool_t *pool, const char *name,
                           const game_json_t *ast, const char *parent)
{
    const graph_t *graph = rows_of(pool, ast, parent);
    apr_array_header_t *text = apr_array_make(pool, 64, sizeof(char *));
    int i;

#define PUT(...) \
    (APR_ARRAY_PUSH(text, const char *) = apr_psprintf(pool, __VA_ARGS__))
    PUT("digraph \"%s\" {\n    graph [rankdir=TB, fontname=\"Helvetica\"];\n"
        "    node [fontname=\"Helvetica\", fontsize=11, shape=box];\n"
        "    edge [fontname=\"Helvetica\", fontsize=10];\n",
        quoted(pool, name));
    for (i = 0; i < graph->rows->nelts; i++) {
        const row_t *row = &APR_ARRAY_IDX(graph->rows, i, row_t);

        PUT("    n%d [label=\"%s\"%s];\n", i, quoted(pool, row->label),
            row->action && !row->always ? ", shape=diamond" : "");
        if (row->action) {
            PUT("    a%d [label=\"%s\", style=rounded];\n"
                "    n%d -> a%d%s;\n"
                "    { rank=same; n%d; a%d; }\n", i,
                quoted(pool, row->action), i, i,
                row->always ? "" : " [label=\"yes\"]", i, i);
        }
        if (row->action && !row->ends) {
            PUT("    a%d -> n%d;\n", i, row->after);
        }
        if (goes_on(graph, i)) {
            PUT("    n%d -> n%d%s;\n", i, i + 1,
                row->action ? " [label=\"no\"]" : "");
        }
    }
    PUT("}\n");
#undef PUT
    return apr_array_pstrcat(pool, text, 0);
}

/* ---- SVG ---- */

#define LEFT 20                 /* of the column of conditions */
#define WIDTH 420
#define GAP 90                  /* between the columns */
#define LINE 16
#define SPACE 34                /* between rows */

static const char *escaped(apr_pool_t *pool, const char *text, apr_size_t len)
{
    char *out = apr_palloc(pool, 6 * len + 1), *at = out;

    for (; len--; text++) {
        const char *entity = *text == '<' ? "&lt;" : *text == '>' ? "&gt;"
            : *text == '&' ? "&amp;" : *text == '"' ? "&quot;" : NULL;

        if (entity) {
            memcpy(at, entity, strlen(entity));
            at += strlen(entity);
        }
        else {                  /* controls have no place in XML */
            *at++ = (unsigned char)*text < 0x20 ? ' ' : *text;
        }
    }
    *at = '\0';
    return out;
}

static int lines_of(const char *text)
{
    int lines = 1;

    for (; *text; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static const char *box(apr_pool_t *pool, int x, int y, const char *text,
                       const char *fill, int radius)
{
    int lines = lines_of(text), at = y + LINE;
    const char *out = apr_psprintf(pool, "<rect x=\"%d\" y=\"%d\" "
        "width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" "
        "stroke=\"#5b6b7f\"/>\n", x, y, WIDTH, lines * LINE + 10, radius,
        fill);

    for (; text; at += LINE) {
        apr_size_t len = strcspn(text, "\n");

        out = apr_psprintf(pool, "%s<text x=\"%d\" y=\"%d\">%s</text>\n",
                           out, x + 10, at, escaped(pool, text, len));
        text = text[len] ? text + len + 1 : NULL;
    }
    return out;
}

static const char *arrow(apr_pool_t *pool, int x1, int y1, int x2, int y2,
                         const char *label)
{
    return apr_psprintf(pool, "<path d=\"M%d %dL%d %d\" stroke=\"#5b6b7f\" "
        "fill=\"none\" marker-end=\"url(#to)\"/>\n"
        "<text x=\"%d\" y=\"%d\" font-size=\"10\">%s</text>\n", x1, y1, x2,
        y2, (x1 + x2) / 2 + 6, (y1 + y2) / 2 - 3, label);
}

static int height_of(const row_t *row)
{
    return (row->action ? lines_of(row->action) : 1) * LINE + 10;
}

/* Give every row its place. @return where the drawing ends */
static int place_rows(const graph_t *graph)
{
    int y = 40, i;

    for (i = 0; i < graph->rows->nelts; i++) {
        row_t *row = &APR_ARRAY_IDX(graph->rows, i, row_t);

        row->y = y;
        y += height_of(row) + SPACE;
    }
    return y;
}

static const char *draw_row(const graph_t *graph, int at)
{
    const row_t *row = &APR_ARRAY_IDX(graph->rows, at, row_t), *next;
    int check = row->action && !row->always, right = LEFT + WIDTH + GAP;
    int y = row->y, below = y + height_of(row);
    apr_pool_t *pool = graph->pool;
    const char *text;

    text = box(pool, LEFT, y, row->label, check ? "#fff7e0" : "#eef2f7",
               check ? 0 : 8);
    if (row->action) {
        text = apr_pstrcat(pool, text,
            box(pool, right, y, row->action, "#e6f4ea", 8),
            arrow(pool, LEFT + WIDTH, y + 13, right, y + 13,
                  row->always ? "" : "yes"), NULL);
    }
    if (row->action && !row->ends) {
        next = &APR_ARRAY_IDX(graph->rows, row->after, row_t);
        text = apr_pstrcat(pool, text, arrow(pool, right + 40, below,
                           LEFT + WIDTH, next->y + 13, ""), NULL);
    }
    if (goes_on(graph, at)) {
        text = apr_pstrcat(pool, text, arrow(pool, LEFT + 40, y + LINE + 10,
                           LEFT + 40, below + SPACE, check ? "no" : ""),
                           NULL);
    }
    return text;
}

const char *game_graph_svg(apr_pool_t *pool, const char *name,
                           const game_json_t *ast, const char *parent)
{
    const graph_t *graph = rows_of(pool, ast, parent);
    apr_array_header_t *text = apr_array_make(pool, 64, sizeof(char *));
    int end = place_rows(graph), i;

    for (i = 0; i < graph->rows->nelts; i++) {
        APR_ARRAY_PUSH(text, const char *) = draw_row(graph, i);
    }
    return apr_psprintf(pool, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
        "width=\"%d\" height=\"%d\" font-family=\"Helvetica,sans-serif\" "
        "font-size=\"11\">\n<title>%s</title>\n<defs><marker id=\"to\" "
        "markerWidth=\"8\" markerHeight=\"8\" refX=\"7\" refY=\"4\" "
        "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#5b6b7f\"/>"
        "</marker></defs>\n%s</svg>\n", LEFT + WIDTH + GAP + WIDTH + LEFT,
        end, escaped(pool, name, strlen(name)),
        apr_array_pstrcat(pool, text, 0));
}
