-- How a trade-in is approved: the head of the salesperson's department, then the used-machine manager where the allowance is large or a
-- rule refers it.
local LARGE = money.new("300000.00", "CNY")

return {
  id = "flow.trade_in",
  title = { en = "trade-in approval", zh = "置换审批" },
  type = "trade_in",
  conditions = {
    large = function(input)
      local allowance = input.document.allowance
      return allowance ~= nil and allowance:currency() == "CNY" and allowance >= LARGE
    end,
  },
  flow = {
    id = "trade_in",
    title = { en = "trade-in approval", zh = "置换审批" },
    nodes = {
      {
        id = "head", kind = "approve", title = { en = "department head", zh = "部门负责人审核" },
        who = { head = 1 }, mode = "any", rejected = "submitter", nobody_found = { fallback = { post = "sales_manager", ["in"] = "company" } },
      },
      {
        id = "size", kind = "exclusive", title = { en = "size of the allowance", zh = "冲抵金额大小" },
        branches = {
          {
            when = { rule = "large" },
            nodes = {
              {
                id = "used_machines", kind = "approve", title = { en = "used-machine manager", zh = "二手机经理审核" },
                who = { post = "used_machine_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
              },
            },
          },
          { otherwise = true, nodes = {} },
        },
      },
    },
  },
  cases = {
    {
      name = "300,000 is large", condition = "large",
      given = { document = { allowance = { amount_minor = 30000000, currency = "CNY" } } }, expect = true,
    },
    {
      name = "a cent less is not", condition = "large",
      given = { document = { allowance = { amount_minor = 29999999, currency = "CNY" } } }, expect = false,
    },
  },
}
