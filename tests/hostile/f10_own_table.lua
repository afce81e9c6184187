-- expect: contained
-- replacing its own functions.
local self = {}
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        self.decide = function()
            return { outcome = "pass", contained = false }
        end
        self.replaced = (self.replaced or 0) + 1
        return { outcome = "pass", contained = self.replaced == 1 }
    end,
}
