-- expect: error
-- string.dump gives bytecode to tamper with.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", code = string.dump(function() end) }
    end,
}
