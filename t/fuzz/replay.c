/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * Runs a fuzz target on every file of folders, without libFuzzer: linked
 * with any fuzz_*.c by any compiler. Says how many there were; whatever the
 * target does not survive ends the process.
 *   fuzz-replay DIR...
 */
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Run the target on a file. @return 0 when it cannot be read */
static int replay(const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    uint8_t *data;
    apr_size_t len = 0;

    if (apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool)
        != APR_SUCCESS
        || apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS) {
        return 0;
    }
    data = malloc((size_t)info.size + 1);       /* ends where it ends */
    if (info.size) {
        apr_file_read_full(file, data, (apr_size_t)info.size, &len);
    }
    apr_file_close(file);
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    return 1;
}

static int replay_folder(const char *dir, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    apr_finfo_t info;
    apr_dir_t *open;
    int count = 0;

    if (apr_dir_open(&open, dir, pool) != APR_SUCCESS) {
        fprintf(stderr, "%s: cannot be opened\n", dir);
        exit(EXIT_FAILURE);
    }
    apr_pool_create(&scratch, pool);
    while (apr_dir_read(&info, APR_FINFO_NAME, open) == APR_SUCCESS) {
        if (info.name[0] != '.') {
            count += replay(apr_pstrcat(scratch, dir, "/", info.name, NULL),
                            scratch);
            apr_pool_clear(scratch);
        }
    }
    apr_dir_close(open);
    return count;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    int count = 0;
    int i;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&pool, NULL) != APR_SUCCESS) {
        return EXIT_FAILURE;
    }
    for (i = 1; i < argc; i++) {
        count += replay_folder(argv[i], pool);
    }
    printf("%d files replayed\n", count);
    apr_pool_destroy(pool);
    apr_terminate();
    return count ? EXIT_SUCCESS : EXIT_FAILURE;
}
