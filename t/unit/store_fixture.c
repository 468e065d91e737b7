/* Licensed under the Apache License, Version 2.0; see the file LICENSE. */

/*
 * A store in tests, and its files.
 */
#include "store_fixture.h"

#include "fixture.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <string.h>
#include <sys/stat.h>

game_store_t store_here;

void store_setup(void)
{
    store_here.root = apr_pstrcat(test_pool, fixture_folder(), "/deep/store",
                                  NULL);
    store_here.base = "/campaign-assets";
    store_here.assets = NULL;
    mkdir(apr_pstrndup(test_pool, store_here.root,
                       strlen(store_here.root) - 6), 0755);
    ck_assert_ptr_null(game_store_open(test_pool, &store_here));
}

const char *store_below(const char *folder, const char *name)
{
    return apr_pstrcat(test_pool, folder, "/", name, NULL);
}

const char *store_in(const char *name)
{
    return store_below(store_here.root, name);
}

int store_mode(const char *path)
{
    struct stat info;

    return lstat(path, &info) ? -1 : (int)(info.st_mode & 07777);
}

ino_t store_inode(const char *path)
{
    struct stat info;

    ck_assert_int_eq(lstat(path, &info), 0);
    return info.st_ino;
}

int store_entries(const char *folder)
{
    apr_finfo_t info;
    apr_dir_t *dir;
    int count = 0;

    ck_assert_int_eq(apr_dir_open(&dir, folder, test_pool), APR_SUCCESS);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        count += info.name[0] != '.';
    }
    apr_dir_close(dir);
    return count;
}

int store_left(void)
{
    return store_entries(store_in("tmp"));
}

void store_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

const char *store_text(const char *path)
{
    const char *text = NULL;
    apr_size_t len;
    game_fault_t *fault = game_store_read(test_pool, path, 100000, &text,
                                          &len);

    ck_assert_msg(!fault, "%s", fault ? fault->message : "");
    return text;
}

void store_fails(const game_fault_t *fault)
{
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(fault->code, "EXECUTION_ERROR");
    ck_assert_msg(!strchr(fault->message, '/'), "%s", fault->message);
}
