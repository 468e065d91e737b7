/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/**
 * @file config_int.h
 * How members are merged and get their defaults; for config*.c alone, in
 * functions that have conf, base and add.
 */
#ifndef GAME_CONFIG_INT_H
#define GAME_CONFIG_INT_H

#define UNSET (-1)
/** A number of add when it is set there, else of base. */
#define PICK(member) \
    conf->member = add->member == UNSET ? base->member : add->member
/** The same of a pointer. */
#define PICK_TEXT(member) \
    conf->member = add->member ? add->member : base->member
/** The default of a number that is not set. */
#define OR(value, fallback) ((value) == UNSET ? (fallback) : (value))

#endif
