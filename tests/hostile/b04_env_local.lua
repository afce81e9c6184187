-- expect: refused
-- a local _ENV replaces the globals of what follows.
local _ENV = { }
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function() return { outcome = "pass" } end,
}
