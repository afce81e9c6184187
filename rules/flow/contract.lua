-- How a contract is approved: first level the sales manager, second level the general manager, which is final.
return {
  id = "flow.contract",
  title = { en = "contract approval", zh = "合同审批" },
  type = "contract",
  flow = {
    id = "contract",
    title = { en = "contract approval", zh = "合同审批" },
    nodes = {
      {
        id = "first", kind = "approve", title = { en = "first level", zh = "一级审核" },
        who = { post = "sales_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
      {
        id = "second", kind = "approve", title = { en = "second level", zh = "二级审核" },
        who = { post = "general_manager", ["in"] = "company" }, mode = "any", rejected = "submitter",
      },
    },
  },
}
