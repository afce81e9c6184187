-- expect: error
-- callbacks inside callbacks end at the limit of C calls, not of the C stack.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function f()
            return ("x"):gsub("x", f)
        end
        f()
        return { outcome = "pass" }
    end,
}
