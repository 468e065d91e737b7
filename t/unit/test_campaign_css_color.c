/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * CSS colours: what is one, and what only looks like one.
 */
#include "fixture.h"

#include "css_color.h"

static const char *const colors[] = {
    "#fff", "#FFF8", "#a1B2c3", "#12345678",
    "red", "RebeccaPurple", "TRANSPARENT", "currentColor", "aliceblue",
    "yellowgreen", "lightgoldenrodyellow", "grey", "slategray",
    "rgb(0,0,0)", "rgb(255,255,255)", "RGB( 1 , 2.5 ,\t3 )",
    "rgb(100%,0%,50.5%)", "rgba(1,2,3,0.5)", "rgba(1,2,3,.5)",
    "rgba(1,2,3,100%)", "rgb(1,2,3,1)", "rgba(1,2,3,0)",
    "hsl(210,50%,40%)", "hsl(-30deg, 0%, 100%)", "HSLA(+720.5DEG,1%,2%,.1)",
    "hsla(0,0%,0%,50%)", "hsl( 0 , 0% , 0% )"
};

static const char *const others[] = {
    "", "#", "#ff", "#fffff", "#fffffff", "#123456789", "#ggg", "#fff ",
    " #fff", "fff", "ff0000", "redd", "re", "red ", " red", "red;}body{",
    "red\n", "transparentt", "inherit", "none", "var(--a)", "url(x)",
    "color(srgb 1 0 0)",
    "rgb", "rgb(", "rgb()", "rgb(1,2)", "rgb(1,2,3", "rgb(1,2,3))",
    "rgb(1,2,3);", "rgb (1,2,3)", "rgb(1 2 3)", "rgb(1,2,3,)", "rgb(,1,2)",
    "rgb(256,0,0)", "rgb(255.1,0,0)", "rgb(-1,0,0)", "rgb(+1,0,0)",
    "rgb(1e1,0,0)", "rgb(0x1,0,0)", "rgb(1.,0,0)", "rgb(.,0,0)",
    "rgb(101%,0%,0%)", "rgb(100%,0,50%)", "rgb(1,2%,3)",
    "rgb(1,2,3,1.1)", "rgb(1,2,3,101%)", "rgb(1,2,3,-0)",
    "rgb(1,2,3,0.5,0)", "rgb(1,2,3/0.5)", "rgbb(1,2,3)", "rg(1,2,3)",
    "hsl(210,50,40)", "hsl(210%,50%,40%)", "hsl(210,50%,40)",
    "hsl(210 deg,50%,40%)", "hsl(210rad,50%,40%)", "hsl(--1,50%,40%)",
    "hsl(deg,50%,40%)", "hsl(1,101%,0%)", "hsl(1,0%,0%,2)", "hsl(1,0%)",
    "hwb(1,0%,0%)", "hsl(1,0%,0%", "(", "(1,2,3)", "\xc3\xa9"
};

START_TEST(colors_are_taken)
{
    ck_assert_msg(game_css_color_is(colors[_i]), "%s", colors[_i]);
}
END_TEST

START_TEST(nothing_else_is)
{
    ck_assert_msg(!game_css_color_is(others[_i]), "%s", others[_i]);
}
END_TEST

Suite *campaign_css_color_suite(void)
{
    Suite *suite = suite_create("campaign_css_color");
    TCase *tests = fixture_case("campaign_css_color");

    tcase_add_loop_test(tests, colors_are_taken, 0,
                        sizeof(colors) / sizeof(colors[0]));
    tcase_add_loop_test(tests, nothing_else_is, 0,
                        sizeof(others) / sizeof(others[0]));
    suite_add_tcase(suite, tests);
    return suite;
}
