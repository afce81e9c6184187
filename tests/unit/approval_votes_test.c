/* The arithmetic of votes, over every way in which up to four people with small weights can answer. */
#include "approval/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { VOICES = 4, ANSWERS = 4 }; /* undecided, approved, rejected, abstained */

struct ballot {
    struct approval_node node;
    struct approval_task tasks[VOICES];
    int voices;
};

static const enum approval_decision answers[ANSWERS] = {
    APPROVAL_DECISION_NONE, APPROVAL_DECISION_APPROVED, APPROVAL_DECISION_REJECTED, APPROVAL_DECISION_ABSTAINED};

static void answer(struct ballot *ballot, int voice, enum approval_decision decision) {
    ballot->tasks[voice].decision = decision;
    ballot->tasks[voice].state = decision == APPROVAL_DECISION_NONE ? APPROVAL_TASK_OPEN : APPROVAL_TASK_DONE;
}

static enum verdict verdict_of(struct ballot *ballot) {
    struct approval_instance instance = {.tasks = ballot->tasks, .task_count = (size_t)ballot->voices};
    struct vote vote;
    vote_count(&ballot->node, &instance, 1, &vote);
    return vote_verdict(&ballot->node, &vote);
}

/* Whatever the undecided from that voice on answer, the verdict stays. */
static void assert_settled(struct ballot ballot, int voice, enum verdict expected) {
    while (voice < ballot.voices && ballot.tasks[voice].decision != APPROVAL_DECISION_NONE) voice++;
    if (voice == ballot.voices) {
        assert_int_equal(verdict_of(&ballot), expected);
        return;
    }
    for (int i = 1; i < ANSWERS; i++) {
        answer(&ballot, voice, answers[i]);
        assert_settled(ballot, voice + 1, expected);
    }
}

static bool is_complete(const struct ballot *ballot) {
    for (int i = 0; i < ballot->voices; i++) {
        if (ballot->tasks[i].decision == APPROVAL_DECISION_NONE) return false;
    }
    return true;
}

/* Some rest of answers leads to each verdict: it is open for a reason. */
static bool can_become(struct ballot ballot, int voice, enum verdict wanted) {
    while (voice < ballot.voices && ballot.tasks[voice].decision != APPROVAL_DECISION_NONE) voice++;
    if (voice == ballot.voices) return verdict_of(&ballot) == wanted;
    for (int i = 1; i < ANSWERS; i++) {
        answer(&ballot, voice, answers[i]);
        if (can_become(ballot, voice + 1, wanted)) return true;
    }
    return false;
}

static void check_ballot(struct ballot *ballot) {
    enum verdict verdict = verdict_of(ballot);
    if (is_complete(ballot)) {
        assert_true(verdict == VERDICT_PASSED || verdict == VERDICT_FAILED);
    } else if (verdict == VERDICT_OPEN) {
        if (!ballot->node.wait_for_everyone) {
            assert_true(can_become(*ballot, 0, VERDICT_PASSED));
            assert_true(can_become(*ballot, 0, VERDICT_FAILED));
        }
    } else if (ballot->node.mode != APPROVAL_ANY) {
        /* In any the first answer decides: there is no second. */
        assert_settled(*ballot, 0, verdict);
    }
}

/* An approval in place of another answer never turns passed into failed. */
static void check_monotonous(struct ballot *ballot) {
    if (verdict_of(ballot) != VERDICT_PASSED) return;
    for (int i = 0; i < ballot->voices; i++) {
        enum approval_decision before = ballot->tasks[i].decision;
        answer(ballot, i, APPROVAL_DECISION_APPROVED);
        assert_int_equal(verdict_of(ballot), VERDICT_PASSED);
        answer(ballot, i, before);
    }
}

static void check_answers(struct ballot *ballot, int voice) {
    if (voice == ballot->voices || voice == VOICES) { /* the second is for compilers that don't know that the first comes first */
        check_ballot(ballot);
        check_monotonous(ballot);
        return;
    }
    for (int i = 0; i < ANSWERS; i++) {
        answer(ballot, voice, answers[i]);
        check_answers(ballot, voice + 1);
    }
}

static void check_mode(enum approval_mode mode, int64_t lowest, int64_t highest, int64_t step, bool wait) {
    for (int voices = 1; voices <= VOICES; voices++) {
        for (int64_t threshold = lowest; threshold <= highest; threshold += step) {
            for (int veto = 0; veto < 3; veto++) {
                struct ballot ballot = {.voices = voices};
                ballot.node.mode = mode;
                ballot.node.threshold = threshold;
                ballot.node.veto = veto == 1;
                ballot.node.wait_for_everyone = wait;
                int64_t total = 0;
                for (int i = 0; i < voices; i++) {
                    ballot.tasks[i] = (struct approval_task){.visit = 1, .weight = mode == APPROVAL_WEIGHTS ? i + 1 : 1};
                    ballot.tasks[i].veto = veto == 2 && i == 0;
                    total += ballot.tasks[i].weight;
                }
                /* Fewer than needed never get this far: the node's policy "nobody found" speaks first. */
                if (total >= vote_needed(mode, threshold, total, 0)) check_answers(&ballot, 0);
            }
        }
    }
}

static void test_votes_all__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_ALL, 0, 0, 1, false);
    check_mode(APPROVAL_SEQUENTIAL, 0, 0, 1, false);
}

static void test_votes_any__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_ANY, 0, 0, 1, false);
}

static void test_votes_ratio__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_RATIO, 1, 10000, 3333, false);
    check_mode(APPROVAL_RATIO, 5000, 10000, 1667, false);
}

static void test_votes_count__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_COUNT, 1, VOICES, 1, false);
}

static void test_votes_weights__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_WEIGHTS, 1, 10, 1, false);
}

static void test_votes_waiting_for_everyone__every_ballot_settles(void **state) {
    (void)state;
    check_mode(APPROVAL_COUNT, 1, VOICES, 1, true);
    check_mode(APPROVAL_ALL, 0, 0, 1, true);
    check_mode(APPROVAL_RATIO, 5000, 5000, 1, true);
}

static void test_votes_needed__is_never_below_one(void **state) {
    (void)state;
    assert_int_equal(vote_needed(APPROVAL_ALL, 0, 3, 3), 1);
    assert_int_equal(vote_needed(APPROVAL_RATIO, 1, 0, 0), 1);
    assert_int_equal(vote_needed(APPROVAL_ALL, 0, 3, 1), 2);
    assert_int_equal(vote_needed(APPROVAL_ANY, 0, 9, 0), 1);
}

static void test_votes_needed__a_ratio_rounds_up(void **state) {
    (void)state;
    assert_int_equal(vote_needed(APPROVAL_RATIO, 5000, 3, 0), 2);
    assert_int_equal(vote_needed(APPROVAL_RATIO, 6667, 3, 0), 3);
    assert_int_equal(vote_needed(APPROVAL_RATIO, 6666, 3, 0), 2);
    assert_int_equal(vote_needed(APPROVAL_RATIO, 10000, 4, 1), 3);
}

static void test_votes_required__must_agree_besides(void **state) {
    (void)state;
    struct ballot ballot = {.voices = 2, .node = {.mode = APPROVAL_ANY}};
    ballot.tasks[0] = (struct approval_task){.visit = 1, .weight = 1};
    ballot.tasks[1] = (struct approval_task){.visit = 1, .required = true};
    assert_int_equal(verdict_of(&ballot), VERDICT_OPEN);
    answer(&ballot, 0, APPROVAL_DECISION_APPROVED);
    assert_int_equal(verdict_of(&ballot), VERDICT_AGREED);
    answer(&ballot, 1, APPROVAL_DECISION_APPROVED);
    assert_int_equal(verdict_of(&ballot), VERDICT_PASSED);
    answer(&ballot, 1, APPROVAL_DECISION_REJECTED);
    assert_int_equal(verdict_of(&ballot), VERDICT_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_votes_all__every_ballot_settles),
        cmocka_unit_test(test_votes_any__every_ballot_settles),
        cmocka_unit_test(test_votes_ratio__every_ballot_settles),
        cmocka_unit_test(test_votes_count__every_ballot_settles),
        cmocka_unit_test(test_votes_weights__every_ballot_settles),
        cmocka_unit_test(test_votes_waiting_for_everyone__every_ballot_settles),
        cmocka_unit_test(test_votes_needed__is_never_below_one),
        cmocka_unit_test(test_votes_needed__a_ratio_rounds_up),
        cmocka_unit_test(test_votes_required__must_agree_besides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
