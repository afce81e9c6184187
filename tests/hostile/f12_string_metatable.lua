-- expect: error
-- the metatable of texts can not be had.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", mt = ("").__index.rep }
    end,
}
