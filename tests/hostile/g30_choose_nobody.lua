-- expect: refused
-- a kind that is a rule's own beside another: nobody is asked twice.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    choose = function()
        return { people = {} }
    end,
    decide = function()
        return { outcome = "pass" }
    end,
}
