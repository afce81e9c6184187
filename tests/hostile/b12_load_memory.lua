-- expect: refused
-- a file that fills memory while loading.
local t = {}
while true do
    t = { t }
end
