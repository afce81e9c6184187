-- 9. Who approves besides: the head of used machines for what is hard to sell, and somebody of finance when much money is bound.
return {
  id = "choice.second_approver",
  title = { en = "second approver", zh = "第二审批人" },
  type = "trade_in",
  choose = function(input)
    local document, people = input.document, {}
    if document.category == "crane" or (document.year and date.year(input.today) - document.year > 10) then
      people[#people + 1] = { employee = "sun", en = "hard to sell again", zh = "较难转售" }
    end
    if document.allowance and document.allowance > money.new("500000", "CNY") then
      people[#people + 1] = { employee = "chen", en = "binds more than 500000", zh = "占用资金超过 50 万" }
    end
    if #people == 0 then
      people[1] = { employee = "li", en = "nothing special", zh = "常规" }
    end
    return { people = people }
  end,
  cases = {
    { name = "a crane", given = { today = "2026-03-01", document = { category = "crane" } }, expect = { people = { { employee = "sun" } } } },
    {
      name = "old and dear",
      given = { today = "2026-03-01", document = { category = "dozer", year = 2010, allowance = { amount_minor = 50000001, currency = "CNY" } } },
      expect = { people = { { employee = "sun" }, { employee = "chen" } } },
    },
    { name = "an ordinary one", given = { today = "2026-03-01", document = { category = "dozer", year = 2024 } }, expect = { people = { { employee = "li" } } } },
  },
}
