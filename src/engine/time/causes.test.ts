/** Who began what is told by the machine, so that nobody has to guess it from times and names. */
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "./engine.ts";

const attemptsOf = (engine: Engine) => [...engine.attempts.values()].map((attempt) => attempt.value());

test("an eject, its parts and the add that follows it name the command that they were begun for", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const before = attemptsOf(engine).length;
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/1" } });
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const attempts = attemptsOf(engine).slice(before);
  const of = (kind: string, target: string) => attempts.filter((one) => one.kind === kind && one.target === target);
  const [eject] = of("eject", "d4");
  const [arrival] = of("add", "d4");
  const [other] = of("add", "d3");
  expect(eject).toMatchObject({ cause: "command:2", follows: null, result: "ok" });
  expect(arrival).toMatchObject({ cause: "command:2", follows: eject?.id });
  expect(other).toMatchObject({ cause: "command:3", follows: null });
  const parts = attempts.filter(({ parent }) => parent === eject?.id || parent === arrival?.id);
  expect(parts.length).toBeGreaterThan(4);
  expect(new Set(parts.map(({ cause }) => cause))).toEqual(new Set(["command:2"]));
});

test("what a shell or a scenario begins names them", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } }, "setup");
  engine.settle();
  expect(new Set(attemptsOf(engine).map(({ cause }) => cause))).toEqual(new Set(["setup"]));
  const block = [...engine.kernel("A").blocks.values()].find(({ dimm }) => dimm === "d4")?.number;
  engine.act(
    { do: "write", partition: "A", path: `/sys/devices/system/memory/memory${block}/state`, text: "offline" },
    "shell:A",
  );
  engine.settle();
  expect(attemptsOf(engine).at(-1)).toMatchObject({ kind: "offline", cause: "shell:A" });
});
