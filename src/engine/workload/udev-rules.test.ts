import { describe, expect, test } from "vitest";
import { applyRules, matchesPattern, parseRules } from "./udev-rules.ts";

const parse = (text: string) => parseRules({ path: "40-memory.rules", text });
const subject = (files: Record<string, string>, keys: Record<string, string> = {}) => ({
  keys: { ACTION: "add", SUBSYSTEM: "memory", KERNEL: "memory32", DEVPATH: "/devices/system/memory/memory32", ...keys },
  read: (file: string): string | null => files[file] ?? null,
});
const writes = (text: string, of = subject({ state: "offline\n" })): string[] =>
  [...applyRules(parse(text).rules, of)].map(({ file, value, rule }) => `${rule.line} ${file}=${value}`);

describe("rules of udev", () => {
  test("what the rule for memory says is done for added blocks only", () => {
    const rule = 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"';
    expect(writes(rule)).toEqual(["1 state=online"]);
    expect(writes(rule, subject({}, { ACTION: "offline" }))).toEqual([]);
    expect(writes(rule, subject({}, { SUBSYSTEM: "node" }))).toEqual([]);
  });

  test("a file is compared without the white space at its end, and one that isn't there matches nothing", () => {
    expect(writes('ATTR{state}=="offline", ATTR{state}="online"')).toEqual(["1 state=online"]);
    expect(writes('ATTR{state}!="offline", ATTR{state}="online"')).toEqual([]);
    expect(writes('ATTR{none}!="offline", ATTR{state}="online"')).toEqual([]);
    expect(writes('TEST!="none", TEST=="state", ATTR{state}="online"')).toEqual(["1 state=online"]);
  });

  test("a write is seen by the rules after it", () => {
    const files: Record<string, string> = { state: "offline\n" };
    const { rules } = parse('ATTR{state}="online"\nATTR{state}=="online", ATTR{seen}="1"');
    const done: string[] = [];
    for (const { file, value } of applyRules(rules, subject(files))) {
      files[file] = value;
      done.push(file);
    }
    expect(done).toEqual(["state", "seen"]);
  });

  test("a distribution's file: comments, lines that go on, values kept in ENV, and jumps", () => {
    const text = `# Memory hotadd request
SUBSYSTEM!="memory", GOTO="end"
ACTION!="add", GOTO="end"
ENV{.state}="online"
KERNEL=="memory3[2-9]", \\
  ENV{.state}="online_movable"
ATTR{state}=="offline", ATTR{state}="$env{.state}"
LABEL="end"`;
    expect(writes(text)).toEqual(["7 state=online_movable"]);
    expect(writes(text, subject({ state: "offline" }, { KERNEL: "memory12" }))).toEqual(["7 state=online"]);
    expect(writes(text, subject({ state: "offline" }, { ACTION: "change" }))).toEqual([]);
  });

  test("what can't be read is left out and named, and the other rules hold", () => {
    const { rules, problems } = parse(
      'PROGRAM=="/bin/uname -p", GOTO="x"\nstate=online\nATTR{state}="online"\nGOTO="y"',
    );
    expect(rules.map(({ line }) => line)).toEqual([3]);
    expect(problems).toEqual([
      { line: 1, problem: "PROGRAM== is not simulated" },
      { line: 2, problem: "Invalid key/value pair: state=online" },
      { line: 4, problem: 'GOTO="y" has no matching label' },
    ]);
  });

  test.each([
    ["memory*", "memory12", true],
    ["memory?", "memory12", false],
    ["add|change", "change", true],
    ["[!a]dd", "add", false],
    ["a.d", "axd", false],
    ["[a-", "[a-", true],
    ["[z-a]", "m", false],
    ["[]x]", "]", true],
    ["memory[0-24-9]", "memory3", false],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["*ory*", "memory32", true],
    ["*ory", "memory32", false],
    ["", "", true],
    ["**", "", true],
  ])("%s against %s", (pattern, text, matches) => expect(matchesPattern(pattern, text)).toBe(matches));

  test("a pattern made to be slow is not", () => {
    const text = "a".repeat(4_000);
    expect(matchesPattern(`${"*a".repeat(500)}b`, text)).toBe(false);
    expect(matchesPattern(`${"*a".repeat(500)}`, text)).toBe(true);
  }, 2_000);
});
