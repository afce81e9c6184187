-- How a repurchase is approved: finance agrees to the payment, then the general manager has the last word.
return {
  id = "flow.repurchase",
  title = { en = "repurchase approval", zh = "回购审批" },
  type = "repurchase",
  flow = {
    id = "repurchase",
    title = { en = "repurchase approval", zh = "回购审批" },
    nodes = {
      {
        id = "finance", kind = "approve", title = { en = "finance agrees to the payment", zh = "财务审核回购款" },
        who = { post = "finance_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
      {
        id = "final", kind = "approve", title = { en = "final approval", zh = "终审" },
        who = { post = "general_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
    },
  },
}
