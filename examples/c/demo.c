/* The demo: one sale at a dealer group, from the visit to the machine leaving the warehouse, with a rejection on the way, and what is
 * refused to whom. Run: demo [zh|en] [file]; it leaves the store behind. */
#include "demo/group.h"
#include <stdio.h>
#include <string.h>

static int64_t demo_clock(void *user_data) {
    return ((struct stage *)user_data)->now_ms;
}

/* What the scenes hand on to each other. */
struct story {
    int64_t customer, pre_order, trade_in, sales, contract, dispatch, machine;
};

static void visit(struct stage *stage, struct story *story) {
    chapter(stage, "一、拜访：张伟去见客户，带回一张预购", "1. The visit: Zhang Wei comes back with a pre-order");
    dealer_session *zhang = enter(stage, "zhang");
    dealer_document *customer =
        make(stage, zhang, "customer", json_pack("{s:s,s:s,s:s}", "name", "江南建筑工程公司", "kind", "company", "region", "江苏"));
    story->customer = dealer_document_id(customer);
    dealer_document *contact = make(stage, zhang, "contact",
        json_pack("{s:I,s:s,s:s}", "customer", (json_int_t)story->customer, "name", "顾建国", "position", "设备经理"));
    dealer_document *visit = make(stage, zhang, "visit",
        json_pack("{s:I,s:I,s:s,s:s,s:b,s:s,s:s,s:s,s:i,s:o,s:s,s:s,s:i,s:b,s:[{s:s,s:s,s:o}]}", "customer",
            (json_int_t)story->customer, "contact", (json_int_t)dealer_document_id(contact), "visited_on", "2026-03-02", "way",
            "on_site", "wants_pre_order", 1, "category", "excavator", "brand", "小松", "model", "PC210-11", "quantity", 1, "budget",
            yuan(1200000), "expected_month", "2026-04", "payment_way", "mortgage", "likelihood", 7000, "has_trade_in", 1,
            "competitors", "brand", "卡特彼勒", "model", "320GC", "price", yuan(1165000)));
    submit(stage, zhang, visit, "张伟");
    story->pre_order = integer_of(stage, visit, "pre_order");
    tell(stage, "预购已自动生成，竞对报价一并带入。", "The pre-order was made by itself; the competitor's price came along.");

    dealer_document *early = NULL;
    must(stage, dealer_document_new(zhang, &early, "sales"), dealer_session_error(zhang), "sales");
    char fields[160];
    snprintf(fields, sizeof fields,
        "{\"customer\":%lld,\"payment_way\":\"cash\",\"price\":{\"amount_minor\":1,\"currency\":\"CNY\"}}",
        (long long)story->customer);
    must(stage, dealer_document_merge(early, fields, strlen(fields)), dealer_document_error(early), "fields");
    dealer_decision *decision = NULL;
    refused(stage, dealer_document_submit(zhang, &decision, early), dealer_session_error(zhang),
        say(stage, "没有预购就提交销售申请：张伟", "a sales application without a pre-order: Zhang Wei"));
    dealer_document_free(early);
    dealer_document_free(visit);
    dealer_document_free(contact);
    dealer_document_free(customer);
    dealer_session_close(zhang);
}

static void trade_in(struct stage *stage, struct story *story) {
    chapter(stage, "二、置换：旧机估值、冲抵金额与审批", "2. The trade-in: valuation, allowance, approval");
    pass_hours(stage, 24);
    dealer_session *zhang = enter(stage, "zhang");
    dealer_document *trade_in = derive(stage, zhang, "trade_in", story->pre_order,
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:s,s:s,s:o,s:[{s:s,s:i},{s:s,s:i},{s:s,s:i}]}", "category", "excavator",
            "brand", "小松", "model", "PC200-8", "base_model", "PC200", "size_class", "19.0 to 21.0 Metric Tons", "serial_number",
            "KM-308812", "year", 2021, "hours", 6900, "region", "江苏", "offered_on", "2026-03-03", "asking_price", yuan(520000),
            "conditions", "component", "engine", "rating", 4, "component", "undercarriage", "rating", 2, "component", "hydraulics",
            "rating", 3));
    story->trade_in = dealer_document_id(trade_in);
    submit(stage, zhang, trade_in, "张伟");
    deliver(stage);

    dealer_decision *decision = NULL;
    refused(stage, dealer_task_approve(zhang, &decision, 1, NULL), dealer_session_error(zhang),
        say(stage, "张伟审批自己的置换：", "Zhang Wei approving his own trade-in:"));
    dealer_session *he = enter(stage, "he");
    dealer_document *peek = NULL;
    refused(stage, dealer_document_open(he, &peek, story->trade_in), dealer_session_error(he),
        say(stage, "服务公司的何平查看该置换：", "He Ping of the service company reading it:"));
    dealer_session_close(he);

    approve(stage, "li", "李娜", story->trade_in, say(stage, "机况属实", "condition confirmed"));
    tell(stage, "冲抵金额达到 30 万元，流程自动加上二手机经理一级。",
        "The allowance reaches 300,000: the flow adds the used-machine manager.");
    deliver(stage);

    dealer_session *liu = enter(stage, "liu");
    dealer_document *contract = derive(stage, liu, "contract", story->pre_order,
        json_pack("{s:s,s:o,s:o,s:o}", "signed_on", "2026-03-05", "price", yuan(1120000), "down_payment", yuan(336000),
            "amount_financed", yuan(784000)));
    refused(stage, dealer_document_submit(liu, &decision, contract), dealer_session_error(liu),
        say(stage, "置换未批准，刘洋提交合同：", "Liu Yang submits the contract before the trade-in is approved:"));
    story->contract = dealer_document_id(contract);
    dealer_document_free(contract);
    dealer_session_close(liu);

    approve(stage, "sun", "孙丽", story->trade_in, NULL);
    deliver(stage);
    dealer_document_free(trade_in);
    dealer_session_close(zhang);
}

static void complete_credit_terms(struct stage *stage, int64_t sales) {
    dealer_session *chen = enter(stage, "chen");
    dealer_document *document = NULL;
    must(stage, dealer_document_open(chen, &document, sales), dealer_session_error(chen), "sales");
    amend(stage, chen, document,
        json_pack("{s:s,s:i,s:s}", "credit_terms", "首付三成，36 期等额本息", "annual_rate", 480, "lender", "华东融资租赁"));
    dealer_document_free(document);
    dealer_session_close(chen);
    approve(stage, "chen", "陈静", sales, say(stage, "信用条件已补充", "credit terms completed"));
}

static void sale(struct stage *stage, struct story *story) {
    chapter(
        stage, "三、销售申请：补充信用条件、被拒、修改后再来", "3. The sales application: credit terms, a rejection, and again");
    pass_hours(stage, 20);
    dealer_session *zhang = enter(stage, "zhang");
    dealer_document *sales = derive(stage, zhang, "sales", story->pre_order,
        json_pack("{s:o,s:o,s:o,s:o,s:i}", "list_price", yuan(1200000), "discount", yuan(120000), "price", yuan(1080000),
            "down_payment", yuan(324000), "term_months", 36));
    story->sales = dealer_document_id(sales);
    submit(stage, zhang, sales, "张伟");
    deliver(stage);
    complete_credit_terms(stage, story->sales);
    reject(stage, "wang", "王强", story->sales,
        say(stage, "折让超过一成，降到 8 万元以内", "more than ten per cent off: stay within 80,000"));
    deliver(stage);

    dealer_document_free(sales);
    must(stage, dealer_document_open(zhang, &sales, story->sales), dealer_session_error(zhang), "sales");
    dealer_decision *decision = NULL;
    const char wrong[] = "{\"discount\":{\"amount_minor\":8000000,\"currency\":\"CNY\"}}";
    must(stage, dealer_document_merge(sales, wrong, sizeof wrong - 1), dealer_document_error(sales), wrong);
    refused(stage, dealer_document_submit(zhang, &decision, sales), dealer_session_error(zhang),
        say(stage, "只改折让、未改成交价：", "changing the discount but not the price:"));
    amend(stage, zhang, sales,
        json_pack("{s:o,s:o,s:o}", "discount", yuan(80000), "price", yuan(1120000), "down_payment", yuan(336000)));
    submit(stage, zhang, sales, "张伟");
    complete_credit_terms(stage, story->sales);
    approve(stage, "wang", "王强", story->sales, NULL);
    deliver(stage);

    dealer_session *zheng = enter(stage, "zheng");
    dealer_document *investigation = derive(
        stage, zheng, "credit_investigation", story->sales, json_pack("{s:s,s:o}", "result", "pass", "credit_limit", yuan(800000)));
    submit(stage, zheng, investigation, "郑华");
    dealer_document_free(investigation);
    dealer_session_close(zheng);
    dealer_document_free(sales);
    dealer_session_close(zhang);
}

static void contract(struct stage *stage, const struct story *story) {
    chapter(stage, "四、合同：置换自动带入，金额分毫不差，两级审核",
        "4. The contract: the trade-in comes along, the sums agree to the cent, two levels");
    pass_hours(stage, 16);
    dealer_session *liu = enter(stage, "liu");
    dealer_document *contract = NULL;
    dealer_decision *decision = NULL;
    must(stage, dealer_document_open(liu, &contract, story->contract), dealer_session_error(liu), "contract");
    refused(stage, dealer_document_submit(liu, &decision, contract), dealer_session_error(liu),
        say(stage, "融资额没有扣除冲抵金额，刘洋提交合同：", "the amount financed leaves out the allowance, Liu Yang submits:"));
    char fields[200];
    dealer_document *trade_in = NULL;
    int64_t allowance;
    const char *currency;
    must(stage, dealer_document_open(liu, &trade_in, story->trade_in), dealer_session_error(liu), "trade-in");
    must(stage, dealer_document_money(trade_in, &allowance, &currency, "allowance"), dealer_document_error(trade_in), "allowance");
    snprintf(fields, sizeof fields, "{\"sales\":%lld,\"amount_financed\":{\"amount_minor\":%lld,\"currency\":\"CNY\"}}",
        (long long)story->sales, (long long)(112000000 - 33600000 - allowance));
    must(stage, dealer_document_merge(contract, fields, strlen(fields)), dealer_document_error(contract), fields);
    submit(stage, liu, contract, "刘洋");
    approve(stage, "wang", "王强", story->contract, NULL);
    approve(stage, "zhao", "赵磊", story->contract, say(stage, "同意", "agreed"));
    deliver(stage);
    dealer_document_free(trade_in);
    dealer_document_free(contract);
    dealer_session_close(liu);
}

static void dispatch(struct stage *stage, struct story *story) {
    chapter(stage, "五、入库、发车、出库", "5. Stock-in, dispatch, stock-out");
    pass_hours(stage, 20);
    dealer_session *zhou = enter(stage, "zhou"), *zhang = enter(stage, "zhang");
    dealer_document *in = make(stage, zhou, "stock_in",
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:s,s:o}", "source", "purchase", "category", "excavator", "brand", "小松", "model",
            "PC210-11", "serial_number", "KM-511203", "year", 2026, "warehouse", "上海一号库", "received_on", "2026-03-09", "cost",
            yuan(960000)));
    submit(stage, zhou, in, "周勇");
    story->machine = integer_of(stage, in, "machine");
    dealer_document *dispatch = derive(stage, zhang, "dispatch", story->contract,
        json_pack(
            "{s:I,s:s,s:s}", "machine", (json_int_t)story->machine, "deliver_on", "2026-03-12", "address", "苏州工业园区工地"));
    story->dispatch = dealer_document_id(dispatch);
    submit(stage, zhang, dispatch, "张伟");
    tell(stage, "首付到账后：", "Once the down payment has come in:");
    amend(stage, zhang, dispatch, json_pack("{s:o}", "paid", yuan(336000)));
    submit(stage, zhang, dispatch, "张伟");
    approve(stage, "wu", "吴敏", story->dispatch, say(stage, "首付已到账", "the down payment is in"));
    approve(stage, "wang", "王强", story->dispatch, NULL);
    deliver(stage);
    dealer_document *out =
        derive(stage, zhou, "stock_out", story->dispatch, json_pack("{s:s,s:s}", "reason", "delivery", "issued_on", "2026-03-12"));
    submit(stage, zhou, out, "周勇");
    dealer_document *again =
        derive(stage, zhou, "stock_out", story->dispatch, json_pack("{s:s,s:s}", "reason", "delivery", "issued_on", "2026-03-12"));
    dealer_decision *decision = NULL;
    refused(stage, dealer_document_submit(zhou, &decision, again), dealer_session_error(zhou),
        say(stage, "同一台整机再次出库：", "the same machine leaving twice:"));
    dealer_document *old = derive(stage, zhou, "stock_in", story->trade_in,
        json_pack("{s:s,s:s,s:s}", "source", "trade_in", "warehouse", "上海二手机库", "received_on", "2026-03-12"));
    submit(stage, zhou, old, "周勇");
    deliver(stage);
    dealer_document_free(old);
    dealer_document_free(again);
    dealer_document_free(out);
    dealer_document_free(dispatch);
    dealer_document_free(in);
    dealer_session_close(zhang);
    dealer_session_close(zhou);
}

static void afterwards(struct stage *stage, const struct story *story) {
    chapter(stage, "六、之后：财务锁定，全程可查，日志可验",
        "6. Afterwards: finance locks, everything can be looked up, the journal proves itself");
    dealer_session *feng = enter(stage, "feng"), *liu = enter(stage, "liu");
    dealer_document *contract = NULL;
    must(stage, dealer_document_open(feng, &contract, story->contract), dealer_session_error(feng), "contract");
    must(stage, dealer_document_set_locked(feng, contract, 1), dealer_session_error(feng), "lock");
    tell(stage, "冯涛锁定合同。", "Feng Tao locks the contract.");
    dealer_document_free(contract);
    must(stage, dealer_document_open(liu, &contract, story->contract), dealer_session_error(liu), "contract");
    refused(stage, dealer_document_void(liu, contract, "客户反悔"), dealer_session_error(liu),
        say(stage, "刘洋作废合同：", "Liu Yang voiding the contract:"));
    dealer_decision *decision = NULL;
    must(stage, dealer_check(liu, &decision, "contract.administer", story->contract), dealer_session_error(liu), "check");
    tell(stage, "为什么刘洋不能干预这份合同的审批？", "Why may Liu Yang not interfere with the contract's approval?");
    print_decision(stage, decision);
    dealer_decision_free(decision);
    tell(stage, "销售申请的全部经过：", "The whole story of the sales application:");
    print_history(stage, liu, story->sales);
    int64_t count, bad;
    must(stage, dealer_journal_verify(stage->system, &count, &bad), dealer_session_error(stage->system), "journal");
    printf(
        say(stage, "  日志 %lld 条，链条完整。\n", "  The journal has %lld entries and its chain is whole.\n"), (long long)count);
    dealer_document_free(contract);
    dealer_session_close(liu);
    dealer_session_close(feng);
}

int main(int count, char **arguments) {
    const char *language = count > 1 ? arguments[1] : "zh", *path = count > 2 ? arguments[2] : "demo.db";
    struct stage stage = {
        .now_ms = INT64_C(1772413200000), .language = strcmp(language, "en") == 0 ? DEALER_LANGUAGE_EN : DEALER_LANGUAGE_ZH};
    struct story story = {0};
    dealer_store_options options = DEALER_STORE_OPTIONS_INIT;
    dealer_error *error = NULL;
    char beside[512];
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(beside, sizeof beside, "%s%s", path, endings[i]);
        remove(beside);
    }
    options.now_utc_ms = demo_clock;
    options.now_user_data = &stage;
    must(&stage, dealer_store_open(&stage.store, &error, path, &options), error, path);
    must(&stage, dealer_session_open_system(stage.store, &stage.system, &error, "demo"), error, "system");
    printf("%s\n", say(&stage, "华泰机械集团：一台挖掘机的销售全程（销售公司、后市场公司、担保公司）",
                       "Huatai machinery group: one sale from visit to delivery (a sales, a service and a guarantee company)"));
    found_group(&stage);
    visit(&stage, &story);
    trade_in(&stage, &story);
    sale(&stage, &story);
    contract(&stage, &story);
    dispatch(&stage, &story);
    afterwards(&stage, &story);
    printf(say(&stage, "\n数据留在 %s。可以这样查看：\n  sqlite3 %s 'SELECT number, type, status FROM v_document'\n",
               "\nThe store stays in %s. Look at it with:\n  sqlite3 %s 'SELECT number, type, status FROM v_document'\n"),
        path, path);
    dealer_session_close(stage.system);
    dealer_store_close(stage.store);
    return 0;
}
