-- How much of a trade-in's value may be set off against the price of the new machine, and when somebody must look closer.
local MOST_BP = 9500 -- of the valuation: the rest is for reconditioning and the risk of the resale
local ASKING_BP = 11000 -- an asking price above this share of the valuation is referred
local NEARLY_BP = 10500 -- ... and above this share the decision says how near it was
local OLD_YEARS = 15 -- a machine older than this is referred
local DIRECT_BP = 10000 -- a trade-in entered directly may agree on this share of the valuation at most

local function reason(list, id, en, zh)
  list[#list + 1] = { id = id, en = en, zh = zh }
end

-- Nobody is allowed more than he asks for; what the customer still owes on the machine is paid off first.
local function allowance_of(document, valuation)
  local most = valuation:percent_bp(MOST_BP, "down")
  if document.agreed_value then
    most = money.min(most, document.agreed_value)
  end
  if document.asking_price then
    most = money.min(most, document.asking_price)
  end
  if document.liens then
    most = money.max(most - document.liens, money.zero(most:currency()))
  end
  return most
end

local function look_closer(document, valuation, reasons)
  if document.asking_price and document.asking_price > valuation:percent_bp(ASKING_BP) then
    reason(reasons, "asking_price",
      "the customer asks " .. document.asking_price:text() .. ", more than 110 % of the valuation",
      "客户要价 " .. document.asking_price:text() .. "，超过估值的 110%")
  end
  local age = document.year and date.year(document.offered_on) - document.year
  if age and age > OLD_YEARS then
    reason(reasons, "old", age .. " years old: more than " .. OLD_YEARS, "机龄 " .. age .. " 年，超过 " .. OLD_YEARS .. " 年")
  end
  if document.liens and document.liens > valuation then
    reason(reasons, "liens", "more is owed on the machine than it is worth", "欠款超过设备价值")
  end
end

-- What passed, but would not have with a little more: for whoever reads the decision.
local function tell_near_misses(document, valuation, dealer)
  local asking = document.asking_price
  if asking and asking > valuation:percent_bp(NEARLY_BP) and asking <= valuation:percent_bp(ASKING_BP) then
    dealer.near_miss("asking_price",
      "not referred: the asking price " .. asking:text() .. " is up to 110 % of the valuation " .. valuation:text(),
      "未转人工：要价 " .. asking:text() .. " 未超过估值 " .. valuation:text() .. " 的 110%")
  end
  if document.year and date.year(document.offered_on) - document.year == OLD_YEARS then
    dealer.near_miss("old", "not referred: " .. OLD_YEARS .. " years old, above that it would be", "未转人工：机龄恰为 " .. OLD_YEARS .. " 年")
  end
end

return {
  id = "policy.trade_allowance",
  title = { en = "trade allowance", zh = "置换冲抵政策" },
  type = "trade_in",
  order = 10,
  decide = function(input, dealer)
    local document, valuation, reasons = input.document, input.valuation.valuation, {}
    if document.entered_directly then
      if not document.agreed_value then
        reason(reasons, "agreed_value", "a trade-in entered directly needs the value agreed with the customer", "置换制单须填写与客户约定的价值")
        return { outcome = "refuse", reasons = reasons }
      end
      if document.agreed_value > valuation:percent_bp(DIRECT_BP) then
        reason(reasons, "agreed_value",
          "agreed value " .. document.agreed_value:text() .. " is above the valuation " .. valuation:text() .. ": make an application",
          "约定价值 " .. document.agreed_value:text() .. " 高于估值 " .. valuation:text() .. "，请走置换申请")
        return { outcome = "refuse", reasons = reasons }
      end
    end
    look_closer(document, valuation, reasons)
    tell_near_misses(document, valuation, dealer)
    return { outcome = #reasons > 0 and "refer" or "pass", reasons = reasons, allowance = allowance_of(document, valuation) }
  end,
  cases = {
    {
      name = "nearly too dear and nearly too old: passed, and told",
      given = {
        document = { offered_on = "2026-03-01", year = 2011, asking_price = { amount_minor = 54000000, currency = "CNY" } },
        valuation = { valuation = { amount_minor = 50000000, currency = "CNY" } },
      },
      expect = { outcome = "pass", near_misses = { { id = "asking_price" }, { id = "old" } } },
    },
    {
      name = "95 % of the valuation",
      given = { document = { offered_on = "2026-03-01", year = 2021 }, valuation = { valuation = { amount_minor = 50000000, currency = "CNY" } } },
      expect = { outcome = "pass", allowance = { amount_minor = 47500000, currency = "CNY" } },
    },
    {
      name = "never more than the customer asks, less what he owes",
      given = {
        document = {
          offered_on = "2026-03-01", asking_price = { amount_minor = 40000000, currency = "CNY" }, liens = { amount_minor = 10000000, currency = "CNY" },
        },
        valuation = { valuation = { amount_minor = 50000000, currency = "CNY" } },
      },
      expect = { outcome = "pass", allowance = { amount_minor = 30000000, currency = "CNY" } },
    },
    {
      name = "an asking price far above the valuation is referred",
      given = {
        document = { offered_on = "2026-03-01", asking_price = { amount_minor = 60000000, currency = "CNY" } },
        valuation = { valuation = { amount_minor = 50000000, currency = "CNY" } },
      },
      expect = { outcome = "refer", reasons = { { id = "asking_price" } } },
    },
    {
      name = "exactly 110 % is not",
      given = {
        document = { offered_on = "2026-03-01", asking_price = { amount_minor = 55000000, currency = "CNY" } },
        valuation = { valuation = { amount_minor = 50000000, currency = "CNY" } },
      },
      expect = { outcome = "pass" },
    },
    {
      name = "an old machine is referred",
      given = { document = { offered_on = "2026-03-01", year = 2008 }, valuation = { valuation = { amount_minor = 9000000, currency = "CNY" } } },
      expect = { outcome = "refer", reasons = { { id = "old" } } },
    },
    {
      name = "entered directly without an agreed value",
      given = { document = { offered_on = "2026-03-01", entered_directly = true }, valuation = { valuation = { amount_minor = 9000000, currency = "CNY" } } },
      expect = { outcome = "refuse", reasons = { { id = "agreed_value" } } },
    },
    {
      name = "entered directly above the valuation",
      given = {
        document = { offered_on = "2026-03-01", entered_directly = true, agreed_value = { amount_minor = 9000001, currency = "CNY" } },
        valuation = { valuation = { amount_minor = 9000000, currency = "CNY" } },
      },
      expect = { outcome = "refuse" },
    },
  },
}
