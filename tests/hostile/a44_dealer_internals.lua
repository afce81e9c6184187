-- expect: contained
-- the second argument has two functions and nothing else.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local names = {}
        for name, value in pairs(dealer) do
            names[#names + 1] = name .. ":" .. type(value)
        end
        assert(table.concat(names, " ") == "has_lookup:function lookup:function")
        return { outcome = "pass", contained = true }
    end,
}
