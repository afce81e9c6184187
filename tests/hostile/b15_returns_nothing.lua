-- expect: refused
-- nothing is returned.
local x = 1
