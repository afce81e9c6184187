/* The interface through which the engine learns who somebody is: implemented by whoever knows the organisation (and the
 * document and the rules); tests implement it with a table. */
#ifndef APPROVAL_PEOPLE_H
#define APPROVAL_PEOPLE_H

#include "approval/flow.h"

/* What is decided about. `document` is the resolver's own affair. */
struct approval_subject {
    int64_t document_id;
    int64_t submitter; /* employee */
    int64_t company, department;
    const void *document;
};

struct approval_candidate {
    int64_t person;
    const char *name;                  /* for preview and error texts; NULL: "#<id>" is shown */
    const char *reason_en, *reason_zh; /* why this person: "holds claims_clerk in HT-SH"; NULL: none */
    int64_t weight;                    /* set by the engine from the who */
    bool veto;                         /* likewise */
    int32_t group;                     /* likewise */
};

struct approval_candidates {
    struct region *region;
    struct approval_candidate *items;
    size_t count, capacity;
    const char *nobody_en, *nobody_zh; /* set by the resolver when it found nobody: why; NULL: a general text */
    bool failed; /* set by the resolver: a rule that was to say failed; then there is nobody, whoever else is found */
};

/* Texts must live as long as the region. DEALER_E_NOMEM. */
dealer_status approval_candidates_add(struct approval_candidates *candidates, struct env *env, int64_t person, const char *name,
    const char *reason_en, const char *reason_zh);

struct approval_people {
    void *user_data;
    /* Append those in force whom `who` means, in the order in which they should be asked. Finding nobody is DEALER_OK:
     * the node's policy decides. An error (code unknown, store broken) refuses the whole step. */
    dealer_status (*resolve)(void *user_data, struct env *env, const struct approval_who *who,
        const struct approval_subject *subject, struct approval_candidates *out);
    /* Append the nearest head above that person (never the person), or nobody. */
    dealer_status (*head_of)(
        void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, struct approval_candidates *out);
    /* Append that person when he exists and works here, or nobody: before a task is given to somebody by name. */
    dealer_status (*look_up)(void *user_data, struct env *env, int64_t person, struct approval_candidates *out);
    dealer_status (*condition)(void *user_data, struct env *env, const struct approval_condition *condition,
        const struct approval_subject *subject, bool *out);
    /* May this person not decide here (separation of duties)? Then the reason is set, in the region; else its texts stay NULL.
     * A function that is NULL excludes nobody. */
    dealer_status (*exclude)(
        void *user_data, struct env *env, int64_t person, struct region *region, struct approval_title *reason_out);
    /* The instant so many business hours after another, by the calendar of the document's company. NULL: plain hours. */
    dealer_status (*business)(
        void *user_data, struct env *env, const struct approval_subject *subject, int64_t from_ms, int64_t hours, int64_t *out_ms);
    /* A digest of the content that an approval at this node covers, in the region; NULL: nothing is covered. */
    dealer_status (*digest)(
        void *user_data, struct env *env, const struct approval_node *node, struct region *region, const char **out);
    /* May this person read the document by his own posts (policy approver_cannot_read)? NULL: everybody may. */
    dealer_status (*may_read)(void *user_data, struct env *env, int64_t person, const struct approval_subject *subject, bool *out);
};

#endif
