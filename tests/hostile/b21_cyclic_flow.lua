-- expect: refused
-- a flow that contains itself.
local flow = {}
flow.next = flow
return {
    id = "hostile",
    title = { en = "Hostile", zh = "恶意规则" },
    flow = flow,
}
