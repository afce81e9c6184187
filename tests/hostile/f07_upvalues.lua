-- expect: contained
-- a counter kept in an upvalue starts anew each time.
local calls = 0
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        calls = calls + 1
        return { outcome = "pass", contained = calls == 1 }
    end,
}
