/**
 * Stands in for `vitest` where tests are run thousands of times, one by one, in one process: it collects them and leaves
 * it to the runner when each runs. What is expected is judged by Vitest's own `expect`.
 */
export { expect } from "vitest";

type Act = () => unknown;

interface Suite {
  readonly name: string;
  readonly outer: Suite | null;
  readonly before: Act[];
  readonly beforeEach: Act[];
  readonly afterEach: Act[];
  readonly after: Act[];
}

export interface CollectedTest {
  readonly file: string;
  readonly name: string;
  /** Runs it with all that belongs before and after it; throws when it fails. */
  readonly run: () => Promise<void>;
}

const suiteNamed = (name: string, outer: Suite | null): Suite => ({
  name,
  outer,
  before: [],
  beforeEach: [],
  afterEach: [],
  after: [],
});

let file = "";
let suite = suiteNamed("", null);
const collected: CollectedTest[] = [];

/** What was collected of a file. */
export async function collect(path: string, load: () => Promise<unknown>): Promise<readonly CollectedTest[]> {
  file = path;
  suite = suiteNamed("", null);
  collected.length = 0;
  await load();
  return [...collected];
}

function around(innermost: Suite): readonly Suite[] {
  const suites: Suite[] = [];
  for (let each: Suite | null = innermost; each; each = each.outer) suites.unshift(each);
  return suites;
}

async function runAll(acts: readonly Act[]): Promise<void> {
  for (const act of acts) await act();
}

function add(name: string, act: Act): void {
  const suites = around(suite);
  const run = async (): Promise<void> => {
    try {
      for (const { before } of suites) await runAll(before);
      for (const { beforeEach } of suites) await runAll(beforeEach);
      await act();
    } finally {
      for (const { afterEach } of suites.toReversed()) await runAll(afterEach);
      for (const { after } of suites.toReversed()) await runAll(after);
    }
  };
  collected.push({ file, name: [...suites.map((each) => each.name), name].filter(Boolean).join(" > "), run });
}

type Row = readonly unknown[];
/** `%s` and its like, in order. */
const filled = (name: string, row: Row): string => {
  let next = 0;
  return name.replace(/%[sdifjo]/g, () => String(row[next++]));
};
const each =
  (define: (name: string, act: Act) => void) =>
  (rows: readonly unknown[]) =>
  (name: string, ...args: readonly unknown[]) => {
    const act = actOf(args) as (...row: unknown[]) => unknown;
    for (const value of rows) {
      const row = Array.isArray(value) ? value : [value];
      define(filled(name, row), () => act(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]));
    }
  };

const actOf = (args: readonly unknown[]): Act => args.find((arg) => typeof arg === "function") as Act;

const define = (name: string, ...args: readonly unknown[]): void => add(name, actOf(args));
const nothing = (): void => undefined;

export const test = Object.assign(define, {
  each: each(add),
  skip: nothing,
  todo: nothing,
  skipIf: (skipped: unknown) => (skipped ? nothing : define),
  runIf: (runs: unknown) => (runs ? define : nothing),
});
export const it = test;

function group(name: string, ...args: readonly unknown[]): void {
  const outer = suite;
  suite = suiteNamed(name, outer);
  actOf(args)();
  suite = outer;
}
export const describe = Object.assign(group, {
  each: each(group),
  skip: nothing,
  skipIf: (skipped: unknown) => (skipped ? nothing : group),
  runIf: (runs: unknown) => (runs ? group : nothing),
});

export const beforeAll = (act: Act): unknown => suite.before.push(act);
export const beforeEach = (act: Act): unknown => suite.beforeEach.push(act);
export const afterEach = (act: Act): unknown => suite.afterEach.push(act);
export const afterAll = (act: Act): unknown => suite.after.push(act);
