-- expect: refused
-- a file that never finishes loading.
while true do
end
