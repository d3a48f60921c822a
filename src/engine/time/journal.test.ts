import fc from "fast-check";
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { simNs } from "../units.ts";
import type { Command } from "./commands.ts";
import { Engine } from "./engine.ts";
import { Journal, type JournalEntry } from "./journal.ts";

const journalOf = (entries: readonly JournalEntry[]): Journal => {
  const journal = new Journal();
  for (const { at, command } of entries) journal.add(at, command);
  return journal;
};

const commands = fc.oneof(
  fc.record({ do: fc.constant("fork" as const), partition: fc.constantFrom("A", "B"), comm: fc.string() }),
  fc.record({ do: fc.constant("kill" as const), partition: fc.constantFrom("A", "B"), pid: fc.nat({ max: 4 }) }),
  fc.record({
    do: fc.constant("kill" as const),
    partition: fc.constant("A"),
    pid: fc.constantFrom(-7, 0, 0x7fffffff, 0x80000000, 1.5, -(2 ** 31)),
  }),
  fc.record({ do: fc.constant("signal" as const), op: fc.oneof(fc.nat(), fc.constantFrom(2 ** 40, -1)) }),
  fc.record({
    do: fc.constant("write" as const),
    partition: fc.constant("A"),
    path: fc.constant("/x"),
    text: fc.string({ unit: "binary" }),
  }),
  fc.constant<Command>({ do: "load", partition: "A", load: { kind: "anon", mib: 3 } }),
);
const times = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 300_000, 2 ** 31, 2 ** 40, 0.5, 1 / 3, -1),
  fc.nat({ max: 2 ** 31 - 1 }),
);

test("it gives back every command and its time, whatever they are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.tuple(times, commands), { maxLength: 6 }), { maxLength: 4 }),
      fc.nat({ max: 5 }),
      (phrases, repeated) => {
        let at = 0;
        const entries: JournalEntry[] = [];
        for (let round = 0; round <= repeated; round++)
          for (const [passed, command] of phrases.flat()) {
            at += passed;
            entries.push({ at: simNs(at), command });
          }
        const journal = journalOf(entries);
        expect([...journal]).toEqual(entries);
        expect(journal).toHaveLength(entries.length);
        expect(journal.slice(3)).toEqual(entries.slice(3));
      },
    ),
    { numRuns: 300, seed: 2013 },
  );
});

test("a reader is not disturbed by what is added meanwhile", () => {
  const journal = new Journal();
  const fork = (at: number): void => journal.add(simNs(at), { do: "fork", partition: "A", comm: "true" });
  for (let at = 0; at < 100; at += 10) fork(at);
  const reading = journal[Symbol.iterator]();
  for (let at = 100; at < 50_000; at += 7) fork(at);
  let read = 0;
  while (!reading.next().done) read++;
  expect(read).toBe(10);
});

test("two million forks and kills in their rhythm take kilobytes, out of rhythm a few bytes each", () => {
  const steady = new Journal();
  const irregular = new Journal();
  let [at, random] = [0, 1];
  for (let pid = 700; pid < 1_000_700; pid++) {
    steady.add(simNs(1_000_000 * pid), { do: "fork", partition: "A", comm: "true" });
    steady.add(simNs(1_000_000 * pid + 5_000), { do: "kill", partition: "A", pid });
  }
  for (let pid = 700; pid < 10_700; pid++) {
    random = (random * 48_271) % 2_147_483_647;
    at += random % 1_000_000;
    irregular.add(simNs(at), { do: "fork", partition: "A", comm: "true" });
    at += random % 333_333;
    irregular.add(simNs(at), { do: "kill", partition: "A", pid });
  }
  expect(steady).toHaveLength(2_000_000);
  expect(steady.size).toBeLessThan(1_000);
  expect(irregular.size / irregular.length).toBeLessThan(8);
});

test("what it tells, played again, does the same", () => {
  const box = smallBox();
  const engine = new Engine({ seed: 3, box });
  const give = (command: Command, ns: number): void => {
    engine.submit(command);
    engine.runFor(ns);
  };
  give({ do: "load", partition: "A", load: { kind: "server", mib: 40, comm: "nginx" } }, 2e9);
  for (let i = 0; i < 300; i++) {
    const pid = engine.kernel("A").nextPid;
    give({ do: "fork", partition: "A", comm: "true" }, 300_000);
    give({ do: "kill", partition: "A", pid }, 20_000);
    if (i === 150) give({ do: "move", dimm: "d1", to: { shelf: true } }, 5e6);
  }
  give({ do: "killall", partition: "A" }, 1e9);
  const again = new Engine({ seed: 3, box });
  for (const { at, command } of engine.journal) {
    again.runUntil(at);
    again.submit(command);
  }
  again.runUntil(engine.now);
  expect(JSON.stringify(again.drainTransactions())).toBe(JSON.stringify(engine.drainTransactions()));
  expect([...again.journal]).toEqual([...engine.journal]);
});
