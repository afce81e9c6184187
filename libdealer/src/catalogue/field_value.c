#include "catalogue/field_value.h"

#include "base/text.h"
#include "base/time.h"
#include "catalogue/field_kind.h"
#include "catalogue/messages.h"

#include <string.h>

dealer_status field_value_refuse(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const char *found) {
    return error_raise(&env->error, &E_FIELD_KIND, "field", PLACE(place), "kind", field_kind_name(field->kind), "found", found,
        "example", field_kind_traits(field->kind)->example, NULL);
}

static dealer_status raise_value(
    struct env *env, const struct message *message, const struct json_place *place, const struct value *value) {
    return error_raise(&env->error, message, "field", PLACE(place), "value", FOUND_BYTES(value->text, value->length), NULL);
}

/* The codes of a field's choices for an error; cut where there are very many. */
static const char *list_choices(const struct catalogue_field *field, char *out, size_t size) {
    size_t used = 0;
    for (int i = 0; i < field->choice_count; i++) {
        const char *code = field->choices[i].code;
        size_t length = strlen(code);
        if (used + length + 8 > size) {
            memcpy(out + used, ", ...", 6);
            return out;
        }
        memcpy(out + used, ", ", 2 * (used > 0));
        used += 2 * (size_t)(used > 0);
        memcpy(out + used, code, length + 1);
        used += length;
    }
    return out;
}

static dealer_status check_choice(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const struct value *value) {
    char wanted[FOUND_TEXT_SIZE] = "", choices[160] = "";
    memcpy(wanted, value->text, value->length < sizeof wanted ? value->length : sizeof wanted - 1);
    struct suggestion suggestion = SUGGESTION(wanted);
    for (int i = 0; i < field->choice_count; i++) {
        const char *code = field->choices[i].code;
        if (strlen(code) == value->length && memcmp(code, value->text, value->length) == 0) return DEALER_OK;
        suggestion_offer(&suggestion, code);
    }
    return error_raise(&env->error, &E_FIELD_CHOICE, "field", PLACE(place), "value", FOUND_BYTES(value->text, value->length),
        "choices", list_choices(field, choices, sizeof choices), "closest", suggestion.closest, NULL);
}

static bool month_exists(const struct value *value) {
    char date[] = "0000-00-01";
    int32_t days;
    if (value->length != 7) return false;
    memcpy(date, value->text, value->length);
    return date_parse(date, sizeof date - 1, &days);
}

static dealer_status check_text(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const struct value *value) {
    if (!utf8_is_plain(value->text, value->length))
        return error_raise(&env->error, &E_FIELD_NOT_PLAIN, "field", PLACE(place), NULL);
    return field->month && !month_exists(value) ? raise_value(env, &E_FIELD_MONTH, place, value) : DEALER_OK;
}

static dealer_status check_date(struct env *env, const struct json_place *place, const struct value *value) {
    int32_t days;
    return date_parse(value->text, value->length, &days) ? DEALER_OK : raise_value(env, &E_FIELD_DATE, place, value);
}

static dealer_status read_instant(struct env *env, const struct json_place *place, struct value *value) {
    int64_t utc_ms;
    if (!instant_parse(value->text, value->length, &utc_ms)) return raise_value(env, &E_FIELD_INSTANT, place, value);
    *value = value_of_integer(utc_ms);
    return DEALER_OK;
}

dealer_status field_value_settle_currency(
    struct env *env, const struct json_place *place, const char *given, char currency[CURRENCY_SIZE]) {
    if (money_exponent(given) < 0)
        return error_raise(
            &env->error, &E_FIELD_CURRENCY_CODE, "field", PLACE(place), "value", FOUND_BYTES(given, strlen(given)), NULL);
    if (currency[0] && strcmp(currency, given) != 0)
        return error_raise(&env->error, &E_FIELD_CURRENCY, "field", PLACE(place), "given", given, "currency", currency, NULL);
    memcpy(currency, given, CURRENCY_SIZE);
    return DEALER_OK;
}

/* "1234.50" in the currency so far. */
static dealer_status read_amount(struct env *env, const struct json_place *place, const char *currency, struct value *value) {
    if (!currency[0]) return error_raise(&env->error, &E_FIELD_CURRENCY_NEEDED, "field", PLACE(place), NULL);
    char amount[40] = "";
    struct money money;
    bool fits = value->length < sizeof amount;
    if (fits) memcpy(amount, value->text, value->length);
    if (!fits || money_parse(env, amount, currency, &money))
        return error_raise(&env->error, &E_FIELD_AMOUNT, "field", PLACE(place), "value", FOUND_BYTES(value->text, value->length),
            "currency", currency, NULL);
    *value = value_of_integer(money.minor);
    return DEALER_OK;
}

dealer_status field_value_read_text(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    char currency[CURRENCY_SIZE], struct value *value) {
    if (!utf8_is_valid(value->text, value->length)) return error_raise(&env->error, &E_FIELD_UTF8, "field", PLACE(place), NULL);
    switch (field->kind) {
    case FIELD_TEXT: return check_text(env, place, field, value);
    case FIELD_CHOICE: return check_choice(env, place, field, value);
    case FIELD_DATE: return check_date(env, place, value);
    case FIELD_INSTANT: return read_instant(env, place, value);
    case FIELD_MONEY: return read_amount(env, place, currency, value);
    default: return field_value_refuse(env, place, field, FOUND_BYTES(value->text, value->length));
    }
}

dealer_status field_value_read_integer(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, int64_t number, struct value *out) {
    if (field_kind_is_text(field->kind) || field->kind == FIELD_MONEY) return field_value_refuse(env, place, field, NUMBER(number));
    *out = value_of_integer(number);
    return DEALER_OK;
}

/* {"amount_minor": 123450, "currency": "CNY"}; without a currency, in the one so far. */
static dealer_status read_money(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const json_value *json, char currency[CURRENCY_SIZE], struct value *out) {
    static const char *const names[] = {"amount_minor", "currency"};
    json_value *members[2];
    struct json_place amount = {place, "amount_minor", 0}, code = {place, "currency", 0};
    dealer_status status = json_members(env, place, &(struct member_names){&E_FIELD_MEMBER, 2, names}, json, members);
    if (status) return status;
    if (!members[0]) return error_raise(&env->error, &E_FIELD_AMOUNT_MISSING, "field", PLACE(place), NULL);
    if (json_kind(members[0]) != JSON_INTEGER) return field_value_refuse(env, &amount, field, FOUND(members[0]));
    if (members[1] && json_kind(members[1]) != JSON_TEXT)
        return error_raise(&env->error, &E_FIELD_CURRENCY_CODE, "field", PLACE(&code), "value", FOUND(members[1]), NULL);
    if (members[1]) status = field_value_settle_currency(env, &code, json_text(members[1]), currency);
    if (!status) *out = value_of_integer(json_integer(members[0], 0));
    return status;
}

dealer_status field_value_read(struct env *env, const struct json_place *place, const struct catalogue_field *field,
    const json_value *json, char currency[CURRENCY_SIZE], struct value *out) {
    switch (json_kind(json)) {
    case JSON_TEXT:
        *out = value_of_text(json_text(json), json_text_length(json));
        return field_value_read_text(env, place, field, currency, out);
    case JSON_INTEGER:
        if (field->kind != FIELD_BOOLEAN) return field_value_read_integer(env, place, field, json_integer(json, 0), out);
        break;
    case JSON_BOOLEAN:
        if (field->kind == FIELD_BOOLEAN) return field_value_read_integer(env, place, field, json_is_true(json), out);
        break;
    case JSON_OBJECT:
        if (field->kind == FIELD_MONEY) return read_money(env, place, field, json, currency, out);
        break;
    default: break;
    }
    return field_value_refuse(env, place, field, FOUND(json));
}

dealer_status field_value_check_range(
    struct env *env, const struct json_place *place, const struct catalogue_field *field, const struct value *value) {
    if (value->kind == VALUE_TEXT && (int64_t)value->length > field->max)
        return error_raise(&env->error, &E_FIELD_TOO_LONG, "field", PLACE(place), "length", NUMBER((int64_t)value->length), "max",
            NUMBER(field->max), NULL);
    if (value->kind == VALUE_INTEGER && (value->integer < field->min || value->integer > field->max))
        return error_raise(&env->error, &E_FIELD_RANGE, "field", PLACE(place), "value", NUMBER(value->integer), "min",
            NUMBER(field->min), "max", NUMBER(field->max), NULL);
    return DEALER_OK;
}

json_value *field_value_write(
    struct json *json, const struct catalogue_field *field, const struct value *value, const char *currency) {
    if (value->kind == VALUE_NONE) return NULL;
    if (value->kind == VALUE_TEXT) return json_new_text(json, value->text, value->length);
    if (field->kind == FIELD_BOOLEAN) return json_new_boolean(json, value->integer != 0);
    if (field->kind != FIELD_MONEY) return json_new_integer(json, value->integer);
    json_value *money = json_new_object(json);
    json_set_integer(json, money, "amount_minor", value->integer);
    if (currency && currency[0]) json_set_text(json, money, "currency", currency);
    return money;
}
