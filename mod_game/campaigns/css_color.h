/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file css_color.h
 * CSS colours as documents may name them (campaigns.md 6.1).
 */
#ifndef GAME_CAMPAIGNS_CSS_COLOR_H
#define GAME_CAMPAIGNS_CSS_COLOR_H

/**
 * Whether a text is a colour and nothing beside it, in any case: "#" and 3,
 * 4, 6 or 8 hex digits; rgb, rgba, hsl and hsla with commas; the 148 names,
 * transparent and currentcolor.
 * @return 1 or 0
 */
int game_css_color_is(const char *text);

#endif
