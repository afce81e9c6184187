/* Random worlds of the model, built: what tests that try thousands of them begin with. DEALER_TEST_SEED repeats a run,
 * DEALER_TEST_WORLDS makes it longer. Any failure fails the test that called. */
#ifndef SUPPORT_PERMISSION_WORLD_H
#define SUPPORT_PERMISSION_WORLD_H

#include "support/org_world.h"
#include "support/permission_model.h"

/* The catalogue does not change from world to world. */
struct worlds {
    struct seams seams;
    struct env env;
    struct catalogue *catalogue;
    uint64_t seed;
    int count;
    int64_t spread; /* ids are so far apart */
};

struct built {
    struct org *org;
    struct permissions *permissions;
    struct document *documents[MODEL_DOCUMENTS];
};

/* For cmocka: the state is the worlds. */
int worlds_open(void **state);
int worlds_close(void **state);

/* The same code has the same id in every world, so that one world's documents can be asked about in another. */
void world_build(struct worlds *worlds, const struct model *model, bool reversed, struct built *out);
void world_free(struct built *built);

int world_person(const struct built *built, int employee);
int world_department(const struct built *built, int department);
int world_company(const struct built *built, int company);
struct function world_function(const struct worlds *worlds, int type, int action);
/* Does an array of texts hold this one? */
bool world_has(const json_value *array, const char *text);

#endif
