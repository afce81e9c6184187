/* Runs a fuzz target over files instead of made-up bytes: every input that was ever kept, on any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path) {
    enum { LARGEST = 1 << 20 };
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(LARGEST);
    if (file == NULL || bytes == NULL) exit(2);
    size_t size = fread(bytes, 1, LARGEST, file);
    fclose(file);
    uint8_t *exact = malloc(size > 0 ? size : 1); /* a byte too far is seen */
    if (exact == NULL) exit(2);
    memcpy(exact, bytes, size);
    free(bytes);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv) {
    int files = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        struct dirent *entry = NULL;
        while (folder != NULL && (entry = readdir(folder)) != NULL) {
            char path[4096];
            if (entry->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            replay(path);
            files++;
        }
        if (folder != NULL) closedir(folder);
    }
    printf("%d files replayed\n", files);
    return files == 0;
}
