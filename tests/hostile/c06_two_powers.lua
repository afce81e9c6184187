-- expect: limit
-- 2^190 calls.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function f(n)
            if n == 0 then
                return 1
            end
            return f(n - 1) + f(n - 1)
        end
        return f(190)
    end,
}
