-- expect: error
-- a result that JSON can not hold, or nobody could trust.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", t = { [money.zero("CNY")] = 1 } }
    end,
}
