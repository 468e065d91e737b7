/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * game-vectors DIR: runs the vector files of a folder against this module.
 * The suite of a file is chosen by how its name begins. Every difference is
 * printed; the last line counts the cases. Exit status 1 when any differs.
 */
#include "vectors.h"

#include <apr_file_info.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first line that fits a file's name is taken. */
static const struct {
    const char *prefix;
    game_vectors_run_t *run;
} suites[] = {
    {"analytics", game_vectors_analytics},
    {"builtin-getis_ord_gi_star", game_vectors_getis},
    {"builtin-greencrowdStrategy", game_vectors_greencrowd},
    {"builtin-metadata", game_vectors_metadata},
    {"builtin-", game_vectors_builtin},
    {"campaign-backoff", game_vectors_backoff},
    {"campaign-bgm-wav", game_vectors_bgm_wav},
    {"campaign-bundle-build", game_vectors_bundle_build},
    {"campaign-bundle-validate", game_vectors_bundle_validate},
    {"campaign-change-request", game_vectors_change_request},
    {"campaign-gameconfig-generate", game_vectors_gameconfig_generate},
    {"campaign-gameconfig-validate", game_vectors_gameconfig_validate},
    {"campaign-hash-strings", game_vectors_hash_strings},
    {"campaign-input-hash", game_vectors_input_hash},
    {"campaign-manifest-assemble", game_vectors_manifest_assemble},
    {"campaign-manifest-validate", game_vectors_manifest_validate},
    {"campaign-play-rules", game_vectors_play_rules},
    {"campaign-scheduler", game_vectors_scheduler},
    {"campaign-selector", game_vectors_selector},
    {"campaign-skill-input", game_vectors_skill_input},
    {"campaign-state-transitions", game_vectors_state_transitions},
    {"campaign-step-input", game_vectors_step_input},
    {"campaign-trigger", game_vectors_trigger},
    {"campaign-workflow-def", game_vectors_workflow_def},
    {"dsl-eval", game_vectors_dsl_eval},
    {"dsl-hash", game_vectors_dsl_hash},
    {"dsl-validate", game_vectors_dsl_validate},
    {"observability", game_vectors_observability},
};

void game_vectors_case(game_vectors_t *v, const char *name)
{
    v->name = name;
    v->differences = 0;
}

void game_vectors_end(game_vectors_t *v)
{
    if (v->differences) {
        v->failed++;
    }
    else {
        v->passed++;
    }
}

void game_vectors_each(game_vectors_t *v,
                       void (*run)(game_vectors_t *v, const json_t *test))
{
    const json_t *test;
    size_t i;

    json_array_foreach(json_object_get(v->root, "vectors"), i, test) {
        game_vectors_case(v, json_string_value(json_object_get(test, "id")));
        run(v, test);
        game_vectors_end(v);
    }
}

void game_vectors_differ(game_vectors_t *v, const char *format, ...)
{
    va_list args;

    v->differences++;
    printf("differs: %s: %s: ", v->file, v->name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

void game_vectors_decided(game_vectors_t *v, const char *why)
{
    printf("decided: %s: %s: %s\n", v->file, v->name, why);
}

void game_vectors_to_come(game_vectors_t *v, const char *name)
{
    printf("to come: %s: %s\n", v->file, name);
}

void game_vectors_equal(game_vectors_t *v, const char *what,
                        const json_t *expected, const json_t *got)
{
    size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
    char *wanted;
    char *found;

    if (expected && got && json_equal(expected, got)) {
        return;
    }
    wanted = expected ? json_dumps(expected, flags) : NULL;
    found = got ? json_dumps(got, flags) : NULL;
    game_vectors_differ(v, "%s is %s, expected %s", what,
                        found ? found : "absent", wanted ? wanted : "absent");
    free(wanted);
    free(found);
}

void game_vectors_text(game_vectors_t *v, const char *what,
                       const char *expected, const char *got)
{
    if (!expected || !got || strcmp(expected, got)) {
        game_vectors_differ(v, "%s is \"%s\", expected \"%s\"", what,
                            got ? got : "(absent)",
                            expected ? expected : "(absent)");
    }
}

static game_vectors_run_t *find_suite(const char *file)
{
    size_t i;

    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        if (!strncmp(file, suites[i].prefix, strlen(suites[i].prefix))) {
            return suites[i].run;
        }
    }
    return NULL;
}

static void run_file(const char *dir, const char *file, int *passed,
                     int *failed, apr_pool_t *pool)
{
    game_vectors_t v = {.file = file, .name = "file", .pool = pool};
    game_vectors_run_t *run = find_suite(file);
    json_error_t error;

    if (!run) {
        printf("to come: %s\n", file);
        return;
    }
    v.root = json_load_file(apr_pstrcat(pool, dir, "/", file, NULL), 0,
                            &error);
    if (!v.root) {
        game_vectors_differ(&v, "line %d: %s", error.line, error.text);
        game_vectors_end(&v);
    }
    else if (!run(&v)) {
        printf("to come: %s\n", file);
    }
    json_decref(v.root);
    *passed += v.passed;
    *failed += v.failed;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int is_json(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && name[0] != '.' && !strcmp(name + len - 5, ".json");
}

/* @return the names of the folder's vector files, sorted, or NULL */
static apr_array_header_t *list_files(const char *dir, apr_pool_t *pool)
{
    apr_array_header_t *files = apr_array_make(pool, 32, sizeof(char *));
    apr_finfo_t info;
    apr_dir_t *open;

    if (apr_dir_open(&open, dir, pool) != APR_SUCCESS) {
        return NULL;
    }
    while (apr_dir_read(&info, APR_FINFO_NAME, open) == APR_SUCCESS) {
        if (is_json(info.name)) {
            APR_ARRAY_PUSH(files, const char *) =
                apr_pstrdup(pool, info.name);
        }
    }
    apr_dir_close(open);
    qsort(files->elts, (size_t)files->nelts, sizeof(char *), by_text);
    return files;
}

static int run_folder(const char *dir, apr_pool_t *pool)
{
    apr_array_header_t *files = list_files(dir, pool);
    apr_pool_t *scratch;
    int passed = 0;
    int failed = 0;
    int i;

    if (!files || !files->nelts) {
        fprintf(stderr, "no vector files in %s\n", dir);
        return EXIT_FAILURE;
    }
    apr_pool_create(&scratch, pool);
    for (i = 0; i < files->nelts; i++) {
        run_file(dir, APR_ARRAY_IDX(files, i, const char *), &passed,
                 &failed, scratch);
        apr_pool_clear(scratch);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    int status;

    if (argc != 2) {
        fputs("usage: game-vectors DIR\n", stderr);
        return EXIT_FAILURE;
    }
    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        fputs("APR does not start\n", stderr);
        return EXIT_FAILURE;
    }
    status = run_folder(argv[1], pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return status;
}
