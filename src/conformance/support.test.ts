import { expect, test } from "vitest";
import { guarded } from "./run.ts";
import { supportTool } from "./support.ts";

function run(...args: string[]): { code: number; out: string; err: string } {
  const said = { out: "", err: "" };
  const code = guarded(supportTool, args, { out: (text) => (said.out += text), err: (text) => (said.err += text) });
  return { code, ...said };
}

test("the talk's five slides come out of the engine", () => {
  const { code, out } = run();
  expect(code).toBe(0);
  for (const slide of ["add: support", "remove: support", "online: support", "offline: with limitation"])
    expect(out).toContain(`Linux 3.9 · ${slide}\n    `);
  expect(out).toMatch(/^ +3\.7 +3\.9$/m);
  expect(out).toMatch(/^remove +not support +support {2}\*$/m);
  expect(out).toMatch(/^offline +with limitation +with limitation$/m);
}, 60_000);

test("any two kernels can be compared, as data too", () => {
  const { code, out } = run("--kernel", "what-if", "--from", "6.12", "--json");
  expect(code).toBe(0);
  const { report, changes } = JSON.parse(out);
  expect(report.kernel).toBe("what-if");
  expect(changes.map((change: { ability: string }) => change.ability)).toEqual([
    "page tables on the memory",
    "offline kernel memory",
    "offline vmalloc memory",
  ]);
}, 60_000);

test("what cannot be used is said in one line", () => {
  expect(run("--kernel", "2.6")).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--kernel: expected one of 3\.7, .*, got 2\.6\n$/),
  });
  expect(run("--kernel")).toMatchObject({ code: 2, err: expect.stringContaining("got nothing") });
  expect(run("slides")).toMatchObject({ code: 2, err: expect.stringMatching(/^unknown option slides; usage: .*\n$/) });
});
