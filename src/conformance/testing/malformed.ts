/**
 * Files that are broken in every way that files break: cut off, of wrong types, with numbers that are none, keys twice,
 * nested without end, in odd characters.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";

const RUNS = Number(process.env.MALFORMED_RUNS ?? 250);
export const SEED = Number(process.env.MALFORMED_SEED ?? 31);
/** Of processor time: others may want the machine, too. */
const MOST_MS = 10_000;

const BROKEN = "broken.json";

type Change = (text: string, at: number, more: number) => string;

/** The value that begins at or after a place, and where it ends: a string, a number, a word. */
function valueAt(text: string, at: number): readonly [start: number, end: number] {
  const values = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;
  values.lastIndex = at;
  const found = values.exec(text) ?? /^/.exec(text);
  const start = found?.index ?? 0;
  return [start, start + (found?.[0].length ?? 0)];
}
const replaced =
  (choices: readonly string[]): Change =>
  (text, at, more) => {
    const [start, end] = valueAt(text, at);
    return text.slice(0, start) + (choices[more % choices.length] as string) + text.slice(end);
  };
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

const CHANGES: Readonly<Record<string, Change>> = {
  "cut off": (text, at) => text.slice(0, at),
  "its beginning lost": (text, at) => text.slice(at),
  "of another type": replaced(["null", "true", "[]", "{}", '""', "0", "[[]]", '{"a":1}', "-1", "1.5"]),
  "a number that is none": replaced([
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "0x10",
    "01",
    "1_000",
    "+1",
    ".5",
    "1.",
  ]),
  "a huge number": replaced([
    "1e400",
    "-1e400",
    "1e300",
    "9007199254740993",
    "-9007199254740993",
    "1".repeat(5000),
    "1e-400",
    "-0",
  ]),
  "a huge size": replaced([
    '"99999999999999999999G"',
    '"1e9G"',
    '"-1G"',
    '"0"',
    '"16777216T"',
    '"1G1G"',
    '"١G"',
    '"1 G"',
  ]),
  "keys twice": (text, at, more) => {
    const keys = [...text.matchAll(/"(\w+)":/g)];
    const key = keys[more % keys.length]?.[0] ?? '"x":';
    const brace = text.indexOf("{", at % text.length);
    const cut = brace < 0 ? 1 : brace + 1;
    return `${text.slice(0, cut)}${key}${["1", "[]", "{}", '"x"'][more % 4]},${text.slice(cut)}`;
  },
  "a key of the language's own": (text, at, more) => {
    const cut = text.indexOf("{", at % text.length) + 1 || 1;
    const key = ["__proto__", "constructor", "toString", "hasOwnProperty", "then"][more % 5];
    return `${text.slice(0, cut)}"${key}":{"steps":[]},${text.slice(cut)}`;
  },
  "a key renamed": (text, at) => {
    const key = text.indexOf('":', at);
    return key < 0 ? `${text}x` : `${text.slice(0, key)}é${text.slice(key)}`;
  },
  "nested without end": (text, at, more) => {
    const depth = [100, 5_000, 200_000][more % 3] as number;
    return replaced([
      nested("[", "]", depth),
      nested('{"a":', "}", depth).replace('{"a":}', '{"a":1}'),
      "[".repeat(depth),
    ])(text, at, more >> 2);
  },
  "odd characters": replaced([
    '"\\ud800"',
    '"\u0000"',
    '"\\u0000"',
    '"\u202e\u2066x"',
    '"\ufeff"',
    '"e\u0301"',
    '"\u001b[2J"',
    '"💥"',
    "\u00a0",
    '"\n"',
  ]),
  "a mark before it": (text, _at, more) =>
    (["\ufeff", "\u0000", " \n", "//x\n", "\u001b]0;x\u0007"][more % 5] as string) + text,
  "more behind it": (text, _at, more) => text + (["x", text, "\u0000", ",", "}", "\u2028"][more % 6] as string),
  "a mark lost": (text, at) => {
    const mark = /[{}[\],:"]/g;
    mark.lastIndex = at;
    const where = mark.exec(text)?.index ?? 0;
    return text.slice(0, where) + text.slice(where + 1);
  },
  "something else": (_text, _at, more) =>
    [
      "",
      " ",
      "null",
      "[]",
      "{}",
      '"x"',
      "0",
      "\u0000\u0001",
      "<html></html>",
      "PK\u0003\u0004",
      "---\na: 1\n",
      "#!/bin/sh\n",
    ][more % 12] as string,
};

const malformed = (valid: string): fc.Arbitrary<readonly [how: string, text: string]> =>
  fc
    .array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(valid.length - 1), fc.nat(1 << 20)), {
      minLength: 1,
      maxLength: 2,
    })
    .map((changes) => {
      let text = valid;
      for (const [how, at, more] of changes) text = (CHANGES[how] as Change)(text, Math.min(at, text.length), more);
      return [changes.map(([how]) => how).join(", "), text];
    });

export interface Ended {
  readonly exit: number;
  readonly err: string;
}

/** What a tool answers to such files. Valid ones in between may be played; a simulator never fails for what it was given. */
export async function survives(
  valid: string,
  seed: number,
  folder: string,
  tool: (path: string) => Promise<Ended> | Ended,
): Promise<void> {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(malformed(valid), async ([how, text]) => {
      const path = join(folder, BROKEN);
      writeFileSync(path, text);
      const before = process.cpuUsage();
      const { exit, err } = await tool(path);
      const { user, system } = process.cpuUsage(before);
      expect(`${how}: ${(user + system) / 1000 < MOST_MS}`).toBe(`${how}: true`);
      expect([0, 1, 2]).toContain(exit);
      expect(`${how}: ${err}`).not.toMatch(/\n\s+at |simulator failed/);
      if (exit !== 2) return;
      refused++;
      expect(err).toMatch(/^[^\n]*broken\.json: [^\n]+\n$/);
      // One line that a person reads.
      expect(`${how}: ${err.length < 1_000}`).toBe(`${how}: true`);
      expect(err).not.toMatch(/[\p{Cc}](?!$)/u);
    }),
    { numRuns: RUNS, seed },
  );
  expect(refused).toBeGreaterThan(RUNS / 2);
}
