import { expect, test } from "vitest";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { startScript } from "../host.ts";
import { exitStatus } from "./process.ts";
import { Userland } from "./userland.ts";

/** A machine with a shell on it; `run` gives what a line printed and how it ended. */
function machine() {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const userland = new Userland(engine, "A");
  const run = (text: string, seconds = 60) => {
    let out = "";
    const add = (written: string) => {
      out += written;
    };
    const process = startScript(userland, { text, name: "bash", fromArgument: true, out: add, err: add });
    const end = engine.now + seconds * 1e9;
    while (process.alive && engine.now < end) engine.runUntil(Math.min(end, engine.now + 1e8));
    return { out, status: process.ending ? exitStatus(process.ending) : null };
  };
  return { engine, userland, run };
}

test("a process takes memory while it runs, and gives it back", () => {
  const { engine, run } = machine();
  const { processes } = engine.kernel("A");
  const before = processes.size;
  expect(run("sleep 5", 1).status).toBeNull();
  expect([...processes.values()].map(({ comm }) => comm)).toContain("bash");
  engine.runFor(10e9);
  expect(processes.size).toBe(before);
});

test("a process that the machine's owner kills is gone for its shell too", () => {
  const { engine, run } = machine();
  const before = new Set(engine.kernel("A").processes.keys());
  run("sleep 100; echo $?", 1);
  for (const pid of engine.kernel("A").processes.keys())
    if (!before.has(pid)) engine.submit({ do: "kill", partition: "A", pid });
  engine.runFor(200e9);
  expect(engine.kernel("A").processes.size).toBe(before.size);
});

test("the limit of processes is told as bash tells it", () => {
  const { run } = machine();
  const { out, status } = run("ulimit -u 1; true | true", 60);
  expect(out).toMatch(/^bash: line 1: fork: retry: Resource temporarily unavailable\n/);
  expect(out).toMatch(/\nbash: line 1: fork: Resource temporarily unavailable\n$/);
  expect(status).toBe(254);
});
