-- How a dispatch is approved: the cashier confirms the money received, then the sales manager lets the machine go.
return {
  id = "flow.dispatch",
  title = { en = "dispatch approval", zh = "发车审批" },
  type = "dispatch",
  flow = {
    id = "dispatch",
    title = { en = "dispatch approval", zh = "发车审批" },
    nodes = {
      {
        id = "cashier", kind = "approve", title = { en = "cashier confirms the money", zh = "出纳确认收款" },
        who = { post = "cashier", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
      {
        id = "release", kind = "approve", title = { en = "release", zh = "放行审核" },
        who = { post = "sales_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
    },
  },
}
