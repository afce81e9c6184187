-- expect: refused
-- a function instead of a table.
return function() end
