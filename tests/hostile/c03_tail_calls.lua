-- expect: limit
-- tail calls need no stack, only time.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function f()
            return f()
        end
        return f()
    end,
}
