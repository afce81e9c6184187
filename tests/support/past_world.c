#include "support/past_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { DAY_MS = 24 * 3600 * 1000, MODELS = 3 };

json_t *past_world_json(dealer_text *text) {
    json_error_t error;
    json_t *json = json_loads(dealer_text_data(text), JSON_DECODE_ANY, &error);
    if (!json) fail_msg("%s in %s", error.text, dealer_text_data(text));
    dealer_text_free(text);
    return json;
}

int64_t past_world_integer(const json_t *object, const char *path) {
    char name[64];
    const json_t *at = object;
    for (const char *rest = path; *rest;) {
        size_t length = strcspn(rest, ".");
        snprintf(name, sizeof name, "%.*s", (int)length, rest);
        at = json_object_get(at, name);
        rest += length + (rest[length] == '.');
    }
    if (!json_is_integer(at)) fail_msg("no number at %s in %s", path, json_dumps(object, 0));
    return json_integer_value(at);
}

void past_world_play(struct past_world *world, const char *steps) {
    json_t *story = json_pack("{s:o}", "steps", json_loads(steps, 0, NULL));
    assert_non_null(json_object_get(story, "steps"));
    story_play(&world->story, world->group, story);
    json_decref(story);
}

static void add_trade_in(struct past_world *world, int number) {
    static const char *const models[MODELS] = {"PC120-8", "PC200-8", "PC210-11"};
    char steps[1024], day[11];
    snprintf(day, sizeof day, "2026-03-%02d", 2 + number % 28);
    snprintf(steps, sizeof steps,
        "[{\"as\":\"zhang\",\"do\":\"derive\",\"type\":\"trade_in\",\"from\":\"pre_order\",\"document\":\"t%d\",\"fields\":{"
        "\"category\":\"excavator\",\"brand\":\"小松\",\"model\":\"%s\",\"serial_number\":\"SN-%d\",\"year\":%d,\"hours\":%d,"
        "\"offered_on\":\"%s\"}},{\"as\":\"zhang\",\"do\":\"submit\",\"document\":\"t%d\"},"
        "{\"as\":\"li\",\"do\":\"approve\",\"document\":\"t%d\"}]",
        number, models[number % MODELS], number, 2014 + number % 8, 3000 + 500 * (number % 10), day, number, number);
    past_world_play(world, steps);
    world->story.now_ms += DAY_MS;
}

void past_world_open(struct past_world *world, const char *name, int trade_ins) {
    char path[256];
    memset(world, 0, sizeof *world);
    world->group = story_read("story/group.json");
    world->start_ms = story_midnight_ms(json_string_value(json_object_get(world->group, "start"))) + STORY_START_DAY_HOUR_MS;
    snprintf(world->prepared, sizeof world->prepared, "%s-prepared-%ld.db", name, (long)getpid());
    snprintf(path, sizeof path, "%s-%ld.db", name, (long)getpid());
    story_prepare(world->prepared, world->group, world->start_ms);
    story_world_open(&world->story, world->prepared, path, world->group, world->start_ms);
    json_t *begin = json_pack("{s:[s],s:[]}", "with", "pre_order", "steps");
    story_play(&world->story, world->group, begin);
    json_decref(begin);
    for (int i = 0; i < trade_ins; i++) add_trade_in(world, i);
}

void past_world_close(struct past_world *world) {
    story_world_close(&world->story);
    remove_store(world->prepared);
    json_decref(world->group);
}

void past_world_leave(struct past_world *world, const char *path) {
    struct story_world *story = &world->story;
    for (int i = 0; i < story->people_count; i++) dealer_session_close(story->people[i].session);
    story->people_count = 0;
    dealer_session_close(story->system);
    dealer_store_close(story->store); /* now all of it is in the one file */
    story->system = NULL;
    story->store = NULL;
    story_copy_file(story->path, path);
    past_world_close(world);
}

json_t *past_world_rules(struct past_world *world) {
    dealer_text *text = NULL;
    story_must(dealer_rules_starter(world->story.system, &text), dealer_session_error(world->story.system), "starter rules");
    return past_world_json(text);
}

void past_world_change(json_t *rules, const char *file, const char *from, const char *to) {
    json_t *files = json_object_get(rules, "files");
    const char *source = json_string_value(json_object_get(files, file));
    assert_non_null(source);
    const char *at = strstr(source, from);
    if (!at) fail_msg("%s does not hold %s", file, from);
    json_object_set_new(files, file, json_sprintf("%.*s%s%s", (int)(at - source), source, to, at + strlen(from)));
}

static json_t *day_of(int64_t utc_ms) {
    char text[11];
    time_t seconds = (time_t)(utc_ms / 1000);
    struct tm parts;
    strftime(text, sizeof text, "%Y-%m-%d", gmtime_r(&seconds, &parts));
    return json_string(text);
}

void past_world_sales(struct past_world *world, const char *model, const char *first_day, int count) {
    json_t *sales = json_array();
    int64_t ms = story_midnight_ms(first_day);
    for (int i = 0; i < count; i++, ms += DAY_MS) {
        json_t *day = day_of(ms);
        json_array_append_new(sales, json_pack("{s:s,s:o,s:o,s:{s:I,s:s},s:s,s:s,s:i,s:i}", "source", "test", "key",
                                         json_sprintf("%s-%s-%d", model, first_day, i), "date", day, "price", "amount_minor",
                                         (json_int_t)(30000000 + i * 100000), "currency", "CNY", "category", "excavator", "model",
                                         model, "year", 2018, "hours", 5000 + i));
    }
    char *text = json_dumps(sales, 0);
    story_must(
        dealer_market_add(world->story.system, NULL, text, strlen(text)), dealer_session_error(world->story.system), "sales");
    free(text);
    json_decref(sales);
}
