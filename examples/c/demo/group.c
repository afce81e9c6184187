/* A dealer group of twelve people, as a host would load it from its own tables. */
#include "group.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *code, *name, *kind;
} companies[] = {
    {"HT-SH", "华泰工程机械（上海）", "sales"},
    {"HT-FW", "华泰后市场服务", "service"},
    {"HT-DB", "华泰融资担保", "guarantee"},
};

static const struct {
    const char *code, *name, *company, *parent, *head;
} departments[] = {
    {"sales", "挖掘机销售部", "HT-SH", NULL, "wang"},
    {"sales-1", "销售一组", "HT-SH", "sales", "li"},
    {"claims", "债权部", "HT-SH", NULL, "chen"},
    {"office", "内勤部", "HT-SH", NULL, "liu"},
    {"store", "仓储部", "HT-SH", NULL, "zhou"},
    {"finance", "财务部", "HT-SH", NULL, "feng"},
    {"service", "维修中心", "HT-FW", NULL, "he"},
    {"credit", "资信部", "HT-DB", NULL, "zheng"},
};

static const struct {
    const char *code, *name, *department, *post, *where;
} people[] = {
    {"zhang", "张伟", "sales-1", "salesperson", NULL},
    {"li", "李娜", "sales-1", "salesperson", NULL},
    {"wang", "王强", "sales", "sales_manager", "HT-SH"},
    {"sun", "孙丽", "sales", "used_machine_manager", "HT-SH"},
    {"zhao", "赵磊", "sales", "general_manager", "HT-SH"},
    {"chen", "陈静", "claims", "claims_clerk", "HT-SH"},
    {"liu", "刘洋", "office", "back_office", "HT-SH"},
    {"zhou", "周勇", "store", "warehouse_keeper", "HT-SH"},
    {"wu", "吴敏", "finance", "cashier", "HT-SH"},
    {"feng", "冯涛", "finance", "finance_manager", "HT-SH"},
    {"he", "何平", "service", "service_clerk", "HT-FW"},
    {"zheng", "郑华", "credit", "credit_investigator", "HT-DB"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *company_list(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(companies); i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:[s],s:s}", "code", companies[i].code, "name", companies[i].name, "kinds",
                                        companies[i].kind, "currency", "CNY"));
    return list;
}

static json_t *department_list(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(departments); i++) {
        json_t *department = json_pack("{s:s,s:s,s:s,s:s}", "code", departments[i].code, "name", departments[i].name, "company",
            departments[i].company, "head", departments[i].head);
        if (departments[i].parent) json_object_set_new(department, "parent", json_string(departments[i].parent));
        json_array_append_new(list, department);
    }
    return list;
}

static json_t *employee_list(void) {
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(people); i++) {
        json_t *holding = json_pack("{s:s,s:s}", "post", people[i].post, "from", "2025-01-01");
        if (people[i].where) json_object_set_new(holding, "company", json_string(people[i].where));
        json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:[o]}", "code", people[i].code, "name", people[i].name, "department",
                                        people[i].department, "posts", holding));
    }
    return list;
}

static void configure(struct stage *stage) {
    dealer_text *starter = NULL;
    must(
        stage, dealer_configuration_starter(stage->system, &starter), dealer_session_error(stage->system), "starter configuration");
    json_t *configuration = json_loads(dealer_text_data(starter), 0, NULL);
    json_object_set_new(configuration, "group", json_pack("{s:s,s:s}", "code", "HT", "name", "华泰机械集团"));
    json_object_set_new(configuration, "companies", company_list());
    json_object_set_new(configuration, "departments", department_list());
    json_object_set_new(configuration, "employees", employee_list());
    char *text = json_dumps(configuration, JSON_COMPACT);
    must(stage, dealer_configuration_apply(stage->system, NULL, text, strlen(text), 0), dealer_session_error(stage->system),
        "configuration");
    free(text);
    json_decref(configuration);
    dealer_text_free(starter);
}

static void publish(struct stage *stage) {
    dealer_text *files = NULL;
    must(stage, dealer_rules_starter(stage->system, &files), dealer_session_error(stage->system), "starter rules");
    must(stage, dealer_rules_publish(stage->system, NULL, dealer_text_data(files), dealer_text_length(files), 0),
        dealer_session_error(stage->system), "rules");
    dealer_text_free(files);
}

/* Sales made up for the demo: the older and the more hours, the cheaper, with some noise. */
static void fill_market(struct stage *stage) {
    static const char *const regions[] = {"江苏", "浙江", "安徽"};
    json_t *sales = json_array();
    for (int i = 0; i < 36; i++) {
        char key[16], date[16];
        int year = 2015 + i % 8, hours = (2026 - year) * 1400 + (i * 37 % 11) * 150;
        int64_t price = 920000 - (int64_t)(2026 - year) * 62000 - hours * 9 + (i * 53 % 17 - 8) * 4000;
        snprintf(key, sizeof key, "demo-%02d", i);
        snprintf(date, sizeof date, "2025-%02d-%02d", 3 + i % 10, 1 + i * 7 % 28);
        json_array_append_new(sales, json_pack("{s:s,s:s,s:s,s:o,s:s,s:s,s:s,s:s,s:s,s:i,s:i}", "source", "demo", "key", key,
                                         "date", date, "price", yuan(price), "category", "excavator", "size_class",
                                         "19.0 to 21.0 Metric Tons", "model", i % 3 ? "PC200-8" : "PC210-8", "base_model",
                                         i % 3 ? "PC200" : "PC210", "region", regions[i % 3], "year", year, "hours", hours));
    }
    char *text = json_dumps(sales, JSON_COMPACT);
    must(stage, dealer_market_add(stage->system, NULL, text, strlen(text)), dealer_session_error(stage->system), "market");
    free(text);
    json_decref(sales);
}

void found_group(struct stage *stage) {
    configure(stage);
    publish(stage);
    fill_market(stage);
}
