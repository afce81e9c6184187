-- expect: contained
-- pairs walks in one order, whatever was put in first.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function walk(from, to, step)
            local t, out = {}, {}
            for i = from, to, step do
                t["k" .. i] = i
            end
            for k in pairs(t) do
                out[#out + 1] = k
            end
            return table.concat(out, " ")
        end
        assert(walk(1, 200, 1) == walk(200, 1, -1))
        return { outcome = "pass", contained = true }
    end,
}
