-- expect: limit
-- recursion grows the stack until its limit.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function f(n)
            return 1 + f(n + 1)
        end
        return f(0)
    end,
}
