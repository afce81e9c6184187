-- expect: refused
-- cases that contain themselves.
local cases = {}
cases[1] = cases
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() return { outcome = "pass" } end,
    cases = cases,
}
