import fc from "fast-check";
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { simNs } from "../units.ts";
import type { Cause, Command } from "./commands.ts";
import { Engine } from "./engine.ts";
import { Journal, type JournalEntry, journalEntries } from "./journal.ts";
import { replay } from "./replay.ts";
import { stateHash } from "./state-hash.ts";

const journalOf = (entries: readonly JournalEntry[]): Journal => {
  const journal = new Journal();
  for (const entry of entries) journal.add(entry);
  return journal;
};

const commands: fc.Arbitrary<Cause> = fc.oneof(
  fc.record({ do: fc.constant("kill" as const), partition: fc.constantFrom("A", "B"), pid: fc.nat({ max: 4 }) }),
  fc.record({ do: fc.constant("signal" as const), op: fc.oneof(fc.nat(), fc.constantFrom(2 ** 40, -1)) }),
  fc.record({
    do: fc.constant("terminal-input" as const),
    terminal: fc.nat({ max: 3 }),
    text: fc.string({ unit: "binary" }),
  }),
  fc.record({
    do: fc.constant("write" as const),
    partition: fc.constant("A"),
    path: fc.constant("/x"),
    text: fc.string({ unit: "binary" }),
  }),
  fc.constant<Command>({ do: "load", partition: "A", load: { kind: "anon", mib: 3 } }),
);
const passed = fc.oneof(fc.constantFrom(0, 1, 127, 128, 300_000, 2 ** 31, 2 ** 40), fc.nat({ max: 2 ** 31 - 1 }));
const entries = fc
  .array(fc.tuple(passed, passed, fc.constantFrom(null, "setup", "script"), commands), { maxLength: 40 })
  .map((given) => {
    let [step, at] = [0, 0];
    return given.map(([steps, ns, origin, command]): JournalEntry => {
      step += steps;
      at += ns;
      return { step, at: simNs(at), origin, command };
    });
  });

test("it gives back every command, its place and who gave it, whatever they are", () => {
  fc.assert(
    fc.property(entries, (given) => {
      const journal = journalOf(given);
      expect([...journal]).toEqual(given);
      expect(journal).toHaveLength(given.length);
      expect(journal.slice(3)).toEqual(given.slice(3));
      expect([...journalEntries(structuredClone(journal.save()))]).toEqual(given);
    }),
    { numRuns: 300, seed: 2013 },
  );
});

test("of a long one any part is read as of the whole", () => {
  const given = Array.from(
    { length: 1_000 },
    (_, i): JournalEntry => ({ step: i * 3, at: simNs(i * 1_000), origin: null, command: { do: "signal", op: i % 7 } }),
  );
  const journal = journalOf(given);
  for (const first of [0, 1, 255, 256, 257, 511, 512, 900, 999, 1_000])
    expect(journal.slice(first)).toEqual(given.slice(first));
});

test("a reader is not disturbed by what is added meanwhile", () => {
  const journal = new Journal();
  const key = (at: number): void =>
    journal.add({ step: at, at: simNs(at), origin: null, command: { do: "terminal-input", terminal: 1, text: "x" } });
  for (let at = 0; at < 100; at += 10) key(at);
  const reading = journal[Symbol.iterator]();
  for (let at = 100; at < 50_000; at += 7) key(at);
  let read = 0;
  while (!reading.next().done) read++;
  expect(read).toBe(10);
});

test("nothing is written before what stands there already", () => {
  const journal = new Journal();
  const command: Command = { do: "killall", partition: "A" };
  journal.add({ step: 5, at: simNs(100), origin: null, command });
  expect(() => journal.add({ step: 4, at: simNs(100), origin: null, command })).toThrow("forward");
  expect(() => journal.add({ step: 5, at: simNs(99), origin: null, command })).toThrow("forward");
});

test("a journal that was cut off or tampered with is refused", () => {
  const { texts, bytes } = journalOf([
    { step: 300, at: simNs(1e9), origin: null, command: { do: "killall", partition: "A" } },
  ]).save();
  expect(() => [...journalEntries({ version: 1, texts, bytes: bytes.slice(0, -1) })]).toThrow("cut off");
  expect(() => [...journalEntries({ version: 1, texts: [], bytes })]).toThrow("does not have");
});

test("an hour of typing, five keys a second, takes less than 200 KiB", () => {
  const journal = new Journal();
  let [random, at, step] = [1, 0, 0];
  for (let key = 0; key < 18_000; key++) {
    random = (random * 48_271) % 2_147_483_647;
    at += random % 400_000_000;
    step += random % 5_000;
    const text = key % 40 === 0 ? "\r" : String.fromCharCode(97 + (random % 26));
    journal.add({ step, at: simNs(at), origin: null, command: { do: "terminal-input", terminal: 1, text } });
  }
  expect(journal.size).toBeLessThan(200 * 1024);
});

test("what it tells, played again, does the same, also where many tasks are due at one nanosecond", () => {
  const box = smallBox();
  const engine = new Engine({ seed: 3, box });
  engine.submit({ do: "load", partition: "A", load: { kind: "server", mib: 40, comm: "nginx" } });
  engine.settle();
  for (let i = 0; i < 40; i++) {
    // A budget that is over after one step leaves others that are due at the same time.
    let steps = 3 + (i % 4);
    engine.runUntil(engine.now + 20_000_000, { expired: () => steps-- === 0 });
    engine.submit({ do: "load", partition: "A", load: { kind: i % 3 === 0 ? "cache" : "anon", mib: 2 } });
    if (i === 20) engine.submit({ do: "move", dimm: "d1", to: { shelf: true } });
  }
  engine.submit({ do: "killall", partition: "A" }, "script");
  engine.runFor(1e9);
  const again = new Engine({ seed: 3, box });
  replay(again, engine.journal, engine.instant);
  const told = (of: Engine) => JSON.stringify(of.transactions.reader("first").read());
  expect(told(again)).toBe(told(engine));
  expect([...again.journal]).toEqual([...engine.journal]);
  expect(stateHash(again)).toBe(stateHash(engine));
});

test("another machine's journal is refused", () => {
  const engine = new Engine({ seed: 3, box: smallBox() });
  engine.submit({ do: "killall", partition: "A" });
  engine.runFor(1e9);
  const elsewhere: JournalEntry = {
    ...engine.instant,
    step: 1e9,
    origin: null,
    command: { do: "killall", partition: "A" },
  };
  expect(() => replay(engine, [elsewhere])).toThrow("no step");
  expect(() => replay(engine, [{ ...elsewhere, step: 0, at: simNs(0) }])).toThrow("passed");
});
