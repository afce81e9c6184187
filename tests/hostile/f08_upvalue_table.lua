-- expect: contained
-- a table kept in an upvalue, likewise.
local seen = {}
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        seen[#seen + 1] = input
        return { outcome = "pass", contained = #seen == 1 }
    end,
}
