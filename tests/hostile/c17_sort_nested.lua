-- expect: error
-- the same with sort.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function f()
            table.sort({ 2, 1 }, f)
            return true
        end
        f()
        return { outcome = "pass" }
    end,
}
