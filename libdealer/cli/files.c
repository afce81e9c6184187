/* Files in and out: whole files, and folders of rules. */
#include "cli.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MOST = 256 * 1024 * 1024, PATH_SIZE = 1024, DEPTH_MOST = 8 };

static int tell_errno(struct cli *cli, const char *path) {
    char detail[PATH_SIZE + 128];
    snprintf(detail, sizeof detail, "%s: %s", path, strerror(errno));
    return end_with_words(cli, EXIT_FAILED, "%s", "%s", detail);
}

/* -- whole files -- */

static char *read_stream(FILE *file, size_t *length) {
    size_t capacity = 65536, used = 0;
    char *data = malloc(capacity + 1);
    while (data) {
        size_t got = fread(data + used, 1, capacity - used, file);
        used += got;
        if (got == 0) break;
        if (used < capacity) continue;
        char *more = capacity < FILE_MOST ? realloc(data, capacity * 2 + 1) : NULL;
        if (!more) {
            free(data);
            errno = capacity < FILE_MOST ? ENOMEM : EFBIG;
            return NULL;
        }
        data = more;
        capacity *= 2;
    }
    if (data && ferror(file)) {
        free(data);
        return NULL;
    }
    if (data) data[used] = '\0';
    *length = used;
    return data;
}

char *read_file(struct cli *cli, const char *path, size_t *length, int *code) {
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "rb");
    char *data = file ? read_stream(file, length) : NULL;
    if (!data) *code = tell_errno(cli, path);
    if (file && !is_input) fclose(file);
    return data;
}

static int write_file(struct cli *cli, const char *path, const char *data, size_t length) {
    FILE *file = fopen(path, "wb");
    bool wrong = !file || fwrite(data, 1, length, file) != length;
    if (file && fclose(file) != 0) wrong = true;
    return wrong ? tell_errno(cli, path) : EXIT_DONE;
}

int write_output(struct cli *cli, const char *data, size_t length) {
    if (cli->options.output) return write_file(cli, cli->options.output, data, length);
    return fwrite(data, 1, length, stdout) == length ? EXIT_DONE : EXIT_FAILED;
}

/* -- folders of rules -- */

struct reading {
    struct cli *cli;
    yyjson_mut_doc *doc;
    yyjson_mut_val *files;
    int code;
};

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static void add_file(struct reading *reading, const char *path, const char *name) {
    size_t length = 0;
    char *source = read_file(reading->cli, path, &length, &reading->code);
    if (!source) return;
    yyjson_mut_obj_add(reading->files, yyjson_mut_strcpy(reading->doc, name), yyjson_mut_strncpy(reading->doc, source, length));
    free(source);
}

static void read_folder(struct reading *reading, const char *folder, const char *prefix, int depth);

static void read_entry(struct reading *reading, const char *folder, const char *prefix, const char *entry, int depth) {
    char path[PATH_SIZE], name[PATH_SIZE];
    struct stat facts;
    if (entry[0] == '.') return;
    if (snprintf(path, sizeof path, "%s/%s", folder, entry) >= (int)sizeof path ||
        snprintf(name, sizeof name, "%s%s", prefix, entry) >= (int)sizeof name)
        return;
    if (stat(path, &facts) != 0) {
        reading->code = tell_errno(reading->cli, path);
    } else if (S_ISDIR(facts.st_mode)) {
        if (strcmp(name, "types") == 0) return; /* for editors */
        strcat(name, "/");
        read_folder(reading, path, name, depth + 1);
    } else if (ends_with(name, ".lua") || ends_with(name, ".csv")) {
        add_file(reading, path, name);
    }
}

static int is_entry(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void read_folder(struct reading *reading, const char *folder, const char *prefix, int depth) {
    struct dirent **entries = NULL;
    int count = depth < DEPTH_MOST ? scandir(folder, &entries, is_entry, alphasort) : 0;
    if (count < 0) {
        reading->code = tell_errno(reading->cli, folder);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (!reading->code) read_entry(reading, folder, prefix, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
}

char *read_rules(struct cli *cli, const char *path, size_t *length, int *code) {
    struct stat facts;
    if (strcmp(path, "-") == 0 || (stat(path, &facts) == 0 && !S_ISDIR(facts.st_mode))) return read_file(cli, path, length, code);
    struct reading reading = {cli, yyjson_mut_doc_new(NULL), NULL, EXIT_DONE};
    yyjson_mut_val *root = yyjson_mut_obj(reading.doc);
    reading.files = yyjson_mut_obj(reading.doc);
    yyjson_mut_doc_set_root(reading.doc, root);
    yyjson_mut_obj_add_str(reading.doc, root, "note", cli->options.note ? cli->options.note : "");
    yyjson_mut_obj_add_val(reading.doc, root, "files", reading.files);
    read_folder(&reading, path, "", 0);
    yyjson_write_err wrong = {0};
    char *json = NULL;
    if (!reading.code && yyjson_mut_obj_size(reading.files) == 0)
        reading.code = end_with_words(cli, EXIT_FOUND, "no rule files (.lua) in %s", "%s 中没有规则文件（.lua）", path);
    if (!reading.code) json = yyjson_mut_write_opts(reading.doc, 0, NULL, length, &wrong);
    if (!reading.code && !json) /* yyjson writes no invalid UTF-8 */
        reading.code =
            end_with_words(cli, EXIT_FOUND, "rules must be UTF-8: %s", "规则文件必须是 UTF-8：%s", wrong.msg ? wrong.msg : "");
    yyjson_mut_doc_free(reading.doc);
    *code = reading.code;
    return json;
}

static bool is_tame(const char *name) {
    return *name && name[0] != '/' && !strstr(name, "..") && !strchr(name, '\\');
}

static int make_folders(struct cli *cli, char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        bool failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        *at = '/';
        if (failed) return tell_errno(cli, path);
    }
    return EXIT_DONE;
}

int write_rules(struct cli *cli, const char *folder, const char *json, size_t length) {
    yyjson_doc *doc = yyjson_read(json, length, 0);
    yyjson_obj_iter each;
    yyjson_val *key;
    int code = EXIT_DONE;
    yyjson_obj_iter_init(yyjson_obj_get(yyjson_doc_get_root(doc), "files"), &each);
    while (!code && (key = yyjson_obj_iter_next(&each)) != NULL) {
        char path[PATH_SIZE];
        yyjson_val *source = yyjson_obj_iter_get_val(key);
        if (!is_tame(yyjson_get_str(key))) continue;
        snprintf(path, sizeof path, "%s/%s", folder, yyjson_get_str(key));
        code = make_folders(cli, path);
        if (!code) code = write_file(cli, path, yyjson_get_str(source), yyjson_get_len(source));
    }
    yyjson_doc_free(doc);
    return code;
}
