// The valuation of bench/rules/valuation.lua as a decision of GoRules ZEN, to set the times against each other. By hand:
//
//   npm install @gorules/zen-engine   (anywhere; then run this file with NODE_PATH or from there)
//   node zen.mjs [rounds] [calls a round]
//
// The same 13 inputs, a first-hit table of the same 40 rows, the same factors as expressions. Prints microseconds by call: what ZEN says of
// itself (its own clock, inside), what the caller sees through evaluate(), and the processors' time that it takes, whatever else the machine does
// (of all threads). The answer is checked against the rule's.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const require = createRequire(pathToFileURL(process.cwd() + "/"));
const { ZenEngine } = require("@gorules/zen-engine");

const categories = ["excavator", "wheel_loader", "dozer", "crane"];
const rules = [];
for (const category of categories)
  for (let step = 1; step <= 10; step++)
    rules.push({ _id: `${category}${step}`, c: `"${category}"`, t: `<= ${step * 6}`, p: String(20000000 + step * 9000000 + category.length * 1000000) });
rules.push({ _id: "else", c: "", t: "", p: "30000000" });

const steps = [
  ["age", "today_year - year"],
  ["aged", "guide * 0.9 ^ $.age"],
  ["beyond", "(hours - $.age * 1500) / 1000 * 0.025"],
  ["worked", "$.aged * (1 - ($.beyond < -0.3 ? -0.3 : $.beyond > 0.3 ? 0.3 : $.beyond))"],
  ["rated", "$.worked * (1 + (rating_engine * 0.3 + rating_hydraulics * 0.25 + rating_undercarriage * 0.45 - 3) * 0.04)"],
  ["placed", '$.rated * (1 + (region == "east" ? 300 : region == "south" ? 200 : region == "north" ? -100 : region == "west" ? -250 : 0) / 10000)'],
  ["equipped", "$.placed * (attachments > 1 ? 1.02 : 1)"],
  ["painted", "$.equipped * (original_paint ? 1.01 : 1)"],
  ["owned", "$.painted * (owners > 2 ? 0.97 : 1)"],
  ["valuation", "floor($.owned * (accident ? 0.85 : 1))"],
];

const content = {
  nodes: [
    { id: "in", type: "inputNode", name: "in", position: { x: 0, y: 0 } },
    {
      id: "table", type: "decisionTableNode", name: "table", position: { x: 1, y: 0 },
      content: {
        hitPolicy: "first", passThrough: true, executionMode: "single",
        inputs: [{ id: "c", name: "category", field: "category" }, { id: "t", name: "tons", field: "tons" }],
        outputs: [{ id: "p", name: "guide", field: "guide" }],
        rules,
      },
    },
    {
      id: "factors", type: "expressionNode", name: "factors", position: { x: 2, y: 0 },
      content: { expressions: steps.map(([key, value]) => ({ id: key, key, value })) },
    },
    { id: "out", type: "outputNode", name: "out", position: { x: 3, y: 0 } },
  ],
  edges: [
    { id: "a", type: "edge", sourceId: "in", targetId: "table" },
    { id: "b", type: "edge", sourceId: "table", targetId: "factors" },
    { id: "c", type: "edge", sourceId: "factors", targetId: "out" },
  ],
};

const input = {
  category: "crane", tons: 33, year: 2021, today_year: 2026, hours: 7450.5, rating_engine: 4, rating_hydraulics: 3, rating_undercarriage: 2,
  region: "south", attachments: 2, original_paint: true, owners: 3, accident: false,
};

const rounds = Number(process.argv[2] ?? 9);
const calls = Number(process.argv[3] ?? 2000);
const decision = new ZenEngine().createDecision(content);
const inside = [];
const outside = [];
const processors = [];
let answer;
for (let round = 0; round < rounds; round++) {
  let own = 0;
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  for (let i = 0; i < calls; i++) {
    const { performance, result } = await decision.evaluate(input);
    own += parseFloat(performance) * (performance.endsWith("ms") ? 1000 : performance.endsWith("ns") ? 0.001 : 1);
    answer = result.valuation;
  }
  outside.push(Number(process.hrtime.bigint() - start) / 1000 / calls);
  const spent = process.cpuUsage(used);
  inside.push(own / calls);
  processors.push((spent.user + spent.system) / calls);
}
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
console.log(`ZEN: ${median(inside).toFixed(1)} us by its own clock, ${median(outside).toFixed(1)} us for the caller, ${median(processors).toFixed(1)} us of processors; valuation ${answer}`);
