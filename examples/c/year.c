/* Plays a year at a dealer group through libdealer, checks everything that must hold, and prints the year on a page.
 *
 *   python3 examples/year/make_year.py | year examples/year/page.json [zh|en] [store]     without a store it keeps everything in memory */
#include "year/player.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    struct player player;
    char *line = NULL;
    size_t size = 0;
    if (count < 2) {
        fprintf(stderr, "usage: year page.json [zh|en] [store] < year.jsonl\n");
        return 2;
    }
    player_open(&player, count > 3 ? arguments[3] : ":memory:");
    while (getline(&line, &size, stdin) > 0) player_line(&player, line);
    free(line);
    player_check(&player);
    bool zh = count < 3 || strcmp(arguments[2], "en") != 0;
    page_print(&player, player_session(&player, "owner"), arguments[1], zh ? DEALER_LANGUAGE_ZH : DEALER_LANGUAGE_EN);
    player_close(&player);
    return 0;
}
