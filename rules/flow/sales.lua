-- How a sales application is approved: the claims department completes the credit terms, then the sales manager reviews; a rejection goes
-- back to the salesperson, who amends and submits again.
return {
  id = "flow.sales",
  title = { en = "sales approval", zh = "销售审批" },
  type = "sales",
  flow = {
    id = "sales",
    title = { en = "sales approval", zh = "销售审批" },
    nodes = {
      {
        id = "credit_terms", kind = "approve", title = { en = "claims department completes the credit terms", zh = "债权部补充信用条件" },
        who = { post = "claims_clerk", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
      {
        id = "review", kind = "approve", title = { en = "sales manager", zh = "销售经理审核" },
        who = { post = "sales_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
    },
  },
}
