-- expect: contained
-- the second argument has four functions and nothing else.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local names = {}
        for name, value in pairs(dealer) do
            names[#names + 1] = name .. ":" .. type(value)
        end
        assert(table.concat(names, " ") == "has_lookup:function lookup:function near_miss:function table:function")
        return { outcome = "pass", contained = true }
    end,
}
