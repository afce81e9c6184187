-- expect: limit work
-- some thousand arguments, copied at every call, in a stack that is not yet too large.
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    decide = function(input, dealer)
        local function count(...)
            local first = ...
            return first
        end
        local function grow(n, ...)
            if n == 0 then
                while true do
                    count(...)
                end
            end
            return grow(n - 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ...)
        end
        return grow(40)
    end,
}
