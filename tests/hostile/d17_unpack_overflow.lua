-- expect: limit
-- a range whose length overflows (CVE-2025-46817).
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        return table.unpack({}, math.mininteger, math.maxinteger)
    end,
}
