-- expect: error
-- the metatable of money can not be had.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local mt = money.zero("CNY").__index
        mt.new = 1
    end,
}
