/* Rule sets: Lua files (and the rows of decision tables, as CSV) that a dealer's own people write, checked and published together, and evaluated without trust.
 *
 * Knows JSON in, JSON out, and look-ups through function pointers; knows no document, no store, no session. This floor
 * is the only place of Lua, and nothing of Lua shows in this header.
 *
 * What always holds:
 *  - An evaluation sees its input, its look-ups and nothing else: no clock, no randomness, no file, no other rule, and
 *    nothing that an earlier evaluation did. The same rule, input and look-ups give the same bytes and use the same
 *    budget, on every machine.
 *  - A rule that fails in any way (raises, passes a limit, returns nonsense) gives DEALER_E_RULE and no result. Only
 *    DEALER_OK carries a verdict.
 *  - A limit can't be caught by the rule, and reaching it harms neither the process nor the next evaluation. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "base/json.h"
#include "base/time.h"

/* ---- Limits ------------------------------------------------------------------------------------------------ */

/* For each evaluation, and for loading each file. rule_limits_default() fills in the values given here. */
struct rule_limits {
    int64_t instructions; /* of the Lua machine, counted in steps of 100: 2,000,000 */
    int64_t bytes;        /* taken from the arena beyond the image: 4 MiB */
    int64_t work;         /* steps and bytes inside C functions, and bytes allocated: 30,000,000 */
    size_t image_bytes;   /* the Lua state with the rule loaded, at rest: 512 KiB */
    size_t source_bytes;  /* of one Lua file: 32 KiB; eight times as much of a CSV */
    size_t text_bytes;    /* one text: 64 KiB */
    size_t block_bytes;   /* one table's vector: 256 KiB */
    size_t result_bytes;  /* all texts of a result (or of the arguments of look-ups) together: 1 MiB */
    int depth;            /* nesting of a result: 8; of a flow: twice that */
    int entries;          /* of a result, all tables together: 10,000 */
};
void rule_limits_default(struct rule_limits *limits);

/* ---- Sets -------------------------------------------------------------------------------------------------- */

struct rule_file {
    const char *name;   /* "valuation/excavator.lua", "table/guide_price.csv"; plain UTF-8, at most 200 bytes, unique in its set */
    const char *source; /* need not end with NUL */
    size_t length;
};

enum rule_kind {
    RULE_VALUATION,  /* value = function(input, dealer): what the thing is worth */
    RULE_POLICY,     /* decide = function(input, dealer): pass, refuse or refer, with reasons */
    RULE_FLOW,       /* flow = { ... }: an approval flow as data, with its conditions as functions */
    RULE_CONDITIONS, /* conditions = { name = function } alone, for messages and the like */
    RULE_TABLE,      /* table = { ... } whose outputs neither decide nor value: for dealer.table */
    RULE_CHOOSE,     /* choose = function(input, dealer): who approves, with reasons */
    RULE_KIND_COUNT
};
const char *rule_kind_name(enum rule_kind kind); /* "valuation", "policy", "flow", "conditions", "table", "choice" */

/* Immutable, reference counted, shareable by threads. */
struct rule_set;

/* One rule of a set: what its file says about itself. All fields are borrowed from the set. */
struct rule {
    const struct rule_set *set;
    const char *id;   /* "valuation.excavator"; unique in the set */
    const char *file; /* name of its file */
    const char *type; /* the document type that it is for ("trade_in"), or NULL: for every type */
    const char *title_en, *title_zh;
    enum rule_kind kind;
    int64_t order;                 /* rules of a kind are asked in this order; 100 when the file says nothing */
    bool has_applies;              /* false: it always applies */
    const json_value *flow;        /* RULE_FLOW: the table as JSON; else NULL */
    const struct table *table;     /* a decision table, also of a valuation or policy rule; else NULL */
    const json_value *cases;       /* array of the file's cases as JSON; never NULL */
    const char *const *conditions; /* names of its conditions, sorted */
    size_t condition_count;
    size_t index; /* its place in the set */
};

/* Checks everything - names, bytes of the source, syntax, fields by name and type - and takes all files or none.
 * `limits` NULL: the defaults. The set keeps copies of the sources and the seams of env, which must outlive it.
 * DEALER_E_CONFIGURATION with E_RULE_SOURCE (file, line, what), E_RULE_SYNTAX (file, line), E_RULE_FIELD (file, field,
 * expected, found), E_RULE_FIELD_UNKNOWN (with "did you mean"), E_RULE_TWICE (two files with one id or name),
 * E_RULE_LOAD (the file itself raises or passes a limit), E_RULE_TABLE_CSV, E_RULE_TABLE_OVERLAP; DEALER_E_NOMEM. */
dealer_status rule_set_load(
    struct env *env, const struct rule_file *files, size_t count, const struct rule_limits *limits, struct rule_set **out);
struct rule_set *rule_set_take(const struct rule_set *set); /* one reference more; returns the set */
void rule_set_drop(const struct rule_set *set);             /* NULL is fine */

/* SHA-256 in hex over all files sorted by name, each as "<length>:<name>,<length>:<source>," (netstrings). */
const char *rule_set_hash(const struct rule_set *set);
const struct rule_limits *rule_set_limits(const struct rule_set *set);
size_t rule_set_count(const struct rule_set *set);
const struct rule *rule_set_at(const struct rule_set *set, size_t index);     /* by kind, order, id; NULL past the end */
const struct rule *rule_set_find(const struct rule_set *set, const char *id); /* NULL: no such rule */
bool rule_has_condition(const struct rule *rule, const char *name);
/* What to know about the tables of the set: [{"id","rule","file","row"?,"en","zh"}] for gaps, rows that never count, rows that
 * contradict each other. Also in the report of rule_set_run_cases. */
const json_value *rule_set_warnings(const struct rule_set *set);
/* The files as they were loaded, sorted by name, so that a set can be stored. */
size_t rule_set_file_count(const struct rule_set *set);
const struct rule_file *rule_set_file(const struct rule_set *set, size_t index);

/* ---- Evaluation -------------------------------------------------------------------------------------------- */

/* What a host or a use case offers to rules as dealer.lookup(name, arguments). The function builds its answer in
 * `answers` (owned by the evaluation) and is called on the thread that evaluates. It must be a function of its
 * arguments alone while one evaluation lasts. Not DEALER_OK: the rule fails, with the look-up's error as the cause.
 * An *out of NULL is nil in Lua: nothing found. */
typedef dealer_status (*rule_lookup_function)(
    void *user_data, struct env *env, const json_value *arguments, struct json *answers, json_value **out);
struct rule_lookup {
    const char *name; /* "comparables" */
    rule_lookup_function function;
    void *user_data;
};

enum rule_entry {
    RULE_APPLIES,   /* any kind: is this rule for this input? true without a call when the file has no `applies` */
    RULE_VALUE,     /* RULE_VALUATION */
    RULE_DECIDE,    /* RULE_POLICY */
    RULE_CONDITION, /* RULE_FLOW, RULE_CONDITIONS: call->condition names it */
    RULE_OUTPUTS,   /* RULE_TABLE: the outputs of the row that fits, of all of them in a list, or what they add up to */
    RULE_PEOPLE,    /* RULE_CHOOSE */
    RULE_ENTRY_COUNT
};

struct rule_call {
    const struct rule *rule;
    enum rule_entry entry;
    const char *condition;   /* RULE_CONDITION only */
    const json_value *input; /* an object; {"amount_minor":n,"currency":"CNY"} arrives as money, null as nil */
    const struct rule_lookup *lookups;
    size_t lookup_count;
    const struct calendar *calendar; /* NULL: Monday to Friday */
    struct coverage *coverage;       /* NULL, but where cases are run */
    struct json *failed_json;        /* NULL, or that of failed_lookups, */
    json_value *failed_lookups;      /* an array which gets what a rule that failed had looked up */
};

struct rule_used {
    int64_t instructions, bytes, work;
};

struct rule_result {
    struct json *json; /* owns value and lookups; NULL when nothing was run (no `applies`) */
    /* RULE_VALUE:  {"valuation": money, "low"?: money, "high"?: money, "allowance"?: money,
     *               "adjustments": [{"name","en","zh","amount": money | "percent_bp": integer}], "evidence"?: any};
     *              amounts are not negative, of one currency, low <= valuation <= high.
     * RULE_DECIDE: {"outcome": "pass" | "refuse" | "refer", "reasons": [{"id","en","zh", more ...}], and output values
     *              by name, such as "allowance": money}; without "pass" there is at least one reason.
     *              A policy that is a table also says which "row".
     * RULE_OUTPUTS: outputs by name; an empty object when no row fits; a list where the hit policy lets several.
     * RULE_PEOPLE: {"people": [{"employee","en","zh"}]}: codes, at least one, each once.
     * RULE_APPLIES, RULE_CONDITION: true or false.
     * All but these two may have "near_misses": [{"id","en","zh"}], what the rule told with dealer.near_miss.
     * "adjustments" and "reasons" are always there, perhaps empty. */
    json_value *value;
    json_value *lookups; /* what it looked up, in order: [{"name","arguments","answer"}], for the decision log */
    bool truth;          /* RULE_APPLIES, RULE_CONDITION */
    struct rule_used used;
};

/* On failure `out` is untouched but for out->used. DEALER_E_RULE with E_RULE_FAILED, E_RULE_LIMIT or E_RULE_RESULT
 * (rule, file, line, what); DEALER_E_NOMEM; DEALER_E_MISUSE when the rule has no such entry. */
dealer_status rule_evaluate(struct env *env, const struct rule_call *call, struct rule_result *out);
void rule_result_finish(struct rule_result *result);

/* ---- Cases ------------------------------------------------------------------------------------------------- */

/* Runs every case of every rule and compares `expect`, as a subset, with the result. The report:
 * {"rules":n,"cases":n,"failed":n,"results":[{"rule","file","case","passed", and when it did not pass "en","zh"}],
 * "warnings": as rule_set_warnings, "coverage": [{"rule","file","lines","covered","uncovered":[lines],"branches","taken"}]}, of
 * the functions in files with any, which ways their cases went; only with the bundled Lua.
 * DEALER_OK also when cases failed: *failed_out says how many. */
dealer_status rule_set_run_cases(struct env *env, const struct rule_set *set, struct json **out, size_t *failed_out);

/* The Lua in use ("Lua 5.4.8"), and whether the library brought it. */
const char *rule_engine_version(void);
bool rule_engine_bundled(void);

#endif
