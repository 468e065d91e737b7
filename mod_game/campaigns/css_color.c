/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * The grammar of colours: what is accepted goes into pages as it is, so it
 * is narrower than what browsers take.
 */

#include "css_color.h"

#include <stdlib.h>
#include <string.h>

#include <apr.h>
#include <apr_lib.h>

/* sorted */
static const char *const names[] = {
    "aliceblue", "antiquewhite", "aqua", "aquamarine", "azure", "beige",
    "bisque", "black", "blanchedalmond", "blue", "blueviolet", "brown",
    "burlywood", "cadetblue", "chartreuse", "chocolate", "coral",
    "cornflowerblue", "cornsilk", "crimson", "currentcolor", "cyan",
    "darkblue", "darkcyan", "darkgoldenrod", "darkgray", "darkgreen",
    "darkgrey", "darkkhaki", "darkmagenta", "darkolivegreen", "darkorange",
    "darkorchid", "darkred", "darksalmon", "darkseagreen", "darkslateblue",
    "darkslategray", "darkslategrey", "darkturquoise", "darkviolet",
    "deeppink", "deepskyblue", "dimgray", "dimgrey", "dodgerblue",
    "firebrick", "floralwhite", "forestgreen", "fuchsia", "gainsboro",
    "ghostwhite", "gold", "goldenrod", "gray", "green", "greenyellow",
    "grey", "honeydew", "hotpink", "indianred", "indigo", "ivory", "khaki",
    "lavender", "lavenderblush", "lawngreen", "lemonchiffon", "lightblue",
    "lightcoral", "lightcyan", "lightgoldenrodyellow", "lightgray",
    "lightgreen", "lightgrey", "lightpink", "lightsalmon", "lightseagreen",
    "lightskyblue", "lightslategray", "lightslategrey", "lightsteelblue",
    "lightyellow", "lime", "limegreen", "linen", "magenta", "maroon",
    "mediumaquamarine", "mediumblue", "mediumorchid", "mediumpurple",
    "mediumseagreen", "mediumslateblue", "mediumspringgreen",
    "mediumturquoise", "mediumvioletred", "midnightblue", "mintcream",
    "mistyrose", "moccasin", "navajowhite", "navy", "oldlace", "olive",
    "olivedrab", "orange", "orangered", "orchid", "palegoldenrod",
    "palegreen", "paleturquoise", "palevioletred", "papayawhip",
    "peachpuff", "peru", "pink", "plum", "powderblue", "purple",
    "rebeccapurple", "red", "rosybrown", "royalblue", "saddlebrown",
    "salmon", "sandybrown", "seagreen", "seashell", "sienna", "silver",
    "skyblue", "slateblue", "slategray", "slategrey", "snow", "springgreen",
    "steelblue", "tan", "teal", "thistle", "tomato", "transparent",
    "turquoise", "violet", "wheat", "white", "whitesmoke", "yellow",
    "yellowgreen"
};

static int by_name(const void *left, const void *right)
{
    return strcasecmp(left, *(const char *const *)right);
}

static int is_name(const char *text)
{
    return bsearch(text, names, sizeof(names) / sizeof(names[0]),
                   sizeof(names[0]), by_name) != NULL;
}

static int is_hex(const char *digits)
{
    apr_size_t len = strspn(digits, "0123456789abcdefABCDEF");

    return !digits[len] && (len == 3 || len == 4 || len == 6 || len == 8);
}

/* ---- functions ---- */

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " \t\n\r\f");
}

/* A decimal without a sign and an exponent; *percent: "%" follows. */
static int read_number(const char **at, double *number, int *percent)
{
    const char *from = *at, *to = from + strspn(from, "0123456789");

    if (*to == '.' && apr_isdigit(to[1])) {
        to += 1 + strspn(to + 1, "0123456789");
    }
    if (to == from) {
        return 0;
    }
    *number = strtod(from, NULL);
    *percent = *to == '%';
    *at = to + *percent;
    return 1;
}

/* A value and the blanks around it. */
static int read_bounded(const char **at, double max, int *percent)
{
    double number;
    int good;

    skip_blanks(at);
    good = read_number(at, &number, percent)
        && number <= (*percent ? 100 : max);
    skip_blanks(at);
    return good;
}

/* Perhaps a comma and an alpha, then the end. */
static int ends(const char *at)
{
    int percent;

    if (*at == ',') {
        at++;
        if (!read_bounded(&at, 1, &percent)) {
            return 0;
        }
    }
    return at[0] == ')' && !at[1];
}

static int is_rgb(const char *at)
{
    int i, percent, first = 0;

    for (i = 0; i < 3; i++) {
        if (i && *at++ != ',') {
            return 0;
        }
        if (!read_bounded(&at, 255, &percent)) {
            return 0;
        }
        first = i ? first : percent;
        if (percent != first) {
            return 0;
        }
    }
    return ends(at);
}

static int is_hsl(const char *at)
{
    double hue;
    int i, percent;

    skip_blanks(&at);
    at += *at == '-' || *at == '+';
    if (!read_number(&at, &hue, &percent) || percent) {
        return 0;
    }
    at += strncasecmp(at, "deg", 3) ? 0 : 3;
    skip_blanks(&at);
    for (i = 0; i < 2; i++) {
        if (*at++ != ',' || !read_bounded(&at, 0, &percent) || !percent) {
            return 0;
        }
    }
    return ends(at);
}

int game_css_color_is(const char *text)
{
    apr_size_t skip;

    if (text[0] == '#') {
        return is_hex(text + 1);
    }
    skip = strcspn(text, "(");
    if (!text[skip]) {
        return is_name(text);
    }
    skip++;
    if (!strncasecmp(text, "rgb(", skip) || !strncasecmp(text, "rgba(", skip)) {
        return is_rgb(text + skip);
    }
    if (!strncasecmp(text, "hsl(", skip) || !strncasecmp(text, "hsla(", skip)) {
        return is_hsl(text + skip);
    }
    return 0;
}
