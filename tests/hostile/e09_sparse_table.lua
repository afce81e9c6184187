-- expect: contained
-- one key far away makes no large table.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local t = {}
        t[1 << 40] = 1
        t[-(1 << 40)] = 1
        return { outcome = "pass", contained = true }
    end,
}
