-- expect: error
-- near misses without end: fifty are kept, the next one stops the rule.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        while true do
            dealer.near_miss("n", ("x"):rep(400), "y")
        end
    end,
}
