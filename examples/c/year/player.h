/* Plays the lines of a year: each as its person, at its time. */
#ifndef YEAR_PLAYER_H
#define YEAR_PLAYER_H

#include <dealer.h>
#include <jansson.h>
#include <stdbool.h>

enum { PEOPLE_MOST = 100 };

struct player {
    dealer_store *store;
    dealer_session *system;
    int64_t now_ms;
    json_t *names; /* of documents: their ids */
    struct {
        char code[64];
        dealer_session *session;
    } people[PEOPLE_MOST];
    int person_count;
    long line; /* for what goes wrong */
};

void player_open(struct player *player, const char *path);
void player_close(struct player *player);
dealer_session *player_session(struct player *player, const char *person);
/* What a call gave, parsed. */
json_t *player_json(dealer_text *text);
/* Ends the program with the line, the error and what was done. */
void must(const struct player *player, dealer_status status, const dealer_error *error, const char *what);

void player_line(struct player *player, const char *text);
/* Rows, chain and rules: nothing may be found. */
void player_check(struct player *player);

/* The page of examples/year/page.json, as the session may see it. */
void page_print(const struct player *player, dealer_session *asker, const char *path, dealer_language language);

#endif
