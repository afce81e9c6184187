-- expect: error
-- randomness would make replays differ.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return { outcome = "pass", x = math.random(1, 6) }
    end,
}
