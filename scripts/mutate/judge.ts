/** Which mutants are noticed: each runs against the tests that pass its place, until one fails. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import type { Mutant } from "./mutants.ts";
import type { Covered, Errand, Reply, Start } from "./runner.ts";

export interface Verdict {
  /** The test that noticed, or what ended it; `null` when it survived. */
  readonly killedBy: string | null;
  /** Tests that pass its place, and those of them that were run. */
  readonly reached: number;
  readonly ran: number;
}

/** A test that took longer the last time is not run once more just to learn what it passes. */
const LONG_MS = 1500;
/** How often what is known of tests is written. */
const KEEP_MS = 30_000;
/** So long may tests take to load on a busy machine. */
const LOADING_MS = 300_000;
/** How often such a test asks switches. (A number that survives being sent.) */
const UNKNOWN = 1e14;

export interface Terms {
  /** Processor time after which no more tests are run against a mutant. */
  readonly budgetMs: number;
  readonly workers: number;
  readonly say: (text: string) => void;
}

/** A test, and what it did without a mutant. */
interface Known {
  readonly place: number;
  readonly file: string;
  readonly name: string;
  readonly ms: number;
  readonly asked: number;
  readonly passes: (mutant: number) => boolean;
  /** How often it ran against mutants, for how long in all, how often it noticed: what notices soon goes first. */
  ran: number;
  spent: number;
  noticed: number;
}

/** What is remembered of a test between runs of this tool; `passed` a bit a mutant, base64. */
interface Remembered {
  readonly ms: number;
  readonly asked: number;
  readonly passed: string;
  readonly failure: string | null;
}

export async function judge(
  bundle: Bundle,
  mutants: number,
  sample: readonly Mutant[],
  terms: Terms,
): Promise<ReadonlyMap<number, Verdict>> {
  const start: Start = { ...bundle, files: bundle.tests, mutants };
  const runners = await Promise.all(Array.from({ length: terms.workers }, () => Runner.start(start)));
  try {
    if (runners.some(({ broken }) => broken)) throw new Error("the tests can't be loaded, or not within five minutes");
    const tests = await survey(bundle, mutants, runners, terms);
    const verdicts = new Map<number, Verdict>();
    const waiting = [...sample];
    await Promise.all(
      runners.map(async (runner) => {
        for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
          const verdict = await verdictOn(mutant, tests, runner, start, terms);
          verdicts.set(mutant.id, verdict);
          if (verdict.killedBy === null)
            terms.say(`${verdicts.size}: ${mutant.file}:${mutant.line} survives ${verdict.ran} tests`);
        }
      }),
    );
    return verdicts;
  } finally {
    for (const runner of runners) runner.end();
  }
}

async function verdictOn(
  mutant: Mutant,
  tests: readonly Known[],
  runner: Runner,
  start: Start,
  terms: Terms,
): Promise<Verdict> {
  const folder = mutant.file.slice(0, mutant.file.lastIndexOf("/"));
  // What no test passes may have run while modules were loaded.
  const atLoad = mutant.atLoad || !tests.some((test) => test.passes(mutant.id));
  const reaching = tests.filter((test) => mutant.atLoad || test.passes(mutant.id) || (atLoad && isNear(test, folder)));
  const worth = (test: Known): number =>
    (test.noticed + (test.file.startsWith(folder) ? 1 : 0.3)) /
    (test.ran + 2) /
    ((test.ms + test.spent) / (test.ran + 1) + 5);
  const order = reaching.toSorted((a, b) => worth(b) - worth(a));
  // What runs while modules load can't be switched later.
  const own = atLoad ? await Runner.start(start, mutant.id) : runner;
  let [ran, spent] = [0, 0];
  const end = (killedBy: string | null): Verdict => {
    if (atLoad) own.end();
    return { killedBy, reached: reaching.length, ran };
  };
  if (own.broken) return end("does not load");
  for (const test of order) {
    if (spent > terms.budgetMs) break;
    ran++;
    test.ran++;
    const errand: Errand = { kind: "run", test: test.place, mutant: mutant.id, most: 10 * test.asked + 1e6 };
    const wait = 15_000 + 20 * test.ms;
    let reply = await own.ask(errand, wait);
    if (reply?.kind === "ran" && reply.spoilt) {
      await own.again();
      reply = await own.ask(errand, wait);
    }
    const took = reply?.kind === "ran" ? reply.ms : test.ms;
    spent += took;
    test.spent += took;
    // Spoilt in a fresh process, too: it fails by itself.
    if (reply !== null && (reply.kind !== "ran" || reply.failure === null || reply.spoilt)) continue;
    if (reply === null && !atLoad) await own.again();
    test.noticed++;
    return end(`${test.file}: ${test.name}`);
  }
  return end(null);
}

const isNear = (test: Known, folder: string): boolean => test.file.startsWith(folder);

/** Runs every test without a mutant, once; what is known from before is not run again. */
async function survey(
  bundle: Bundle,
  mutants: number,
  runners: readonly Runner[],
  { say }: Terms,
): Promise<readonly Known[]> {
  const folder = "node_modules/.cache/mutate";
  const path = join(folder, `${bundle.hash}.json`);
  const remembered = read<Remembered>(path);
  const hashes = new Map(bundle.tests.map(({ file, hash }) => [file, hash]));
  const { tests } = runners[0] as Runner;
  const times = read<number>(join(folder, "times.json"));
  const keyOf = ({ file, name }: { file: string; name: string }): string => `${hashes.get(file)} ${name}`;
  const waiting = tests
    .map((test, place) => ({ ...test, place }))
    .filter((test) => {
      const key = keyOf(test);
      return !(key in remembered) && (times[key] ?? 0) <= LONG_MS;
    });
  say(`${tests.length} tests, ${waiting.length} of them not run yet`);
  // Kept as it grows: whoever ends this begins where it stood.
  const keep = (): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, JSON.stringify(remembered));
    writeFileSync(join(folder, "times.json"), JSON.stringify(times));
  };
  let kept = Date.now();
  await Promise.all(
    runners.map(async (runner) => {
      for (let test = waiting.shift(); test; test = waiting.shift()) {
        const reply = (await runner.ask({ kind: "cover", test: test.place }, 300_000)) as Covered | null;
        if (reply === null) {
          say(`not used, it has no end in five minutes: ${test.file} ${test.name}`);
          await runner.again();
          continue;
        }
        times[keyOf(test)] = reply.ms;
        remembered[keyOf(test)] = { ...reply, passed: packed(reply.passed, mutants) };
        if (Date.now() - kept < KEEP_MS) continue;
        keep();
        kept = Date.now();
      }
    }),
  );
  keep();
  const known: Known[] = [];
  for (const [place, test] of tests.entries()) {
    const about = remembered[keyOf(test)];
    // What takes long plays whole machines, and passes nearly everything.
    if (about === undefined) {
      const ms = times[keyOf(test)];
      if (ms === undefined) continue;
      known.push({
        place,
        ...test,
        ms,
        asked: UNKNOWN,
        passes: () => true,
        ran: 0,
        spent: 0,
        noticed: 0,
      });
      continue;
    }
    const { ms, asked, passed, failure } = about;
    if (failure !== null) say(`not used, it fails by itself: ${test.file} ${test.name}: ${failure}`);
    else {
      const bits = Buffer.from(passed, "base64");
      const passes = (mutant: number): boolean => (((bits[mutant >> 3] as number) >> (mutant & 7)) & 1) === 1;
      known.push({ place, ...test, ms, asked, passes, ran: 0, spent: 0, noticed: 0 });
    }
  }
  const seconds = known.reduce((sum, { ms }) => sum + ms, 0) / 1000;
  say(`they take ${seconds.toFixed(0)} s`);
  return known;
}

function read<T>(path: string): Record<string, T> {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

function packed(ids: readonly number[], mutants: number): string {
  const bits = Buffer.alloc((mutants + 7) >> 3);
  for (const id of ids) bits[id >> 3] = (bits[id >> 3] as number) | (1 << (id & 7));
  return bits.toString("base64");
}

/** A process that runs tests. */
class Runner {
  tests: readonly { readonly file: string; readonly name: string }[] = [];
  broken = false;
  private child: ChildProcess | null = null;

  private readonly begin: Start;
  private readonly mutant: number | null;

  private constructor(begin: Start, mutant: number | null) {
    this.begin = begin;
    this.mutant = mutant;
  }

  static async start(start: Start, mutant: number | null = null): Promise<Runner> {
    const runner = new Runner(start, mutant);
    await runner.again();
    return runner;
  }

  /** Ends the process and begins another. */
  async again(): Promise<void> {
    this.end();
    const env = this.mutant === null ? process.env : { ...process.env, MUTANT: String(this.mutant) };
    this.child = fork(join(this.begin.folder, "runner.mjs"), [JSON.stringify(this.begin)], {
      env,
      execArgv: ["--max-old-space-size=1500"],
      stdio: ["ignore", "ignore", this.mutant === null ? "inherit" : "ignore", "ipc"],
    });
    const reply = await this.next("loaded", LOADING_MS);
    if (reply?.kind === "loaded") this.tests = reply.tests;
    else this.broken = true;
  }

  /** The answer; `null` when the process died of it, or gave none in time. */
  async ask(errand: Errand, ms: number): Promise<Reply | null> {
    this.child?.send(errand);
    const reply = await this.next(errand.kind === "cover" ? "covered" : "ran", ms);
    if (reply === null) this.end();
    return reply;
  }

  end(): void {
    this.child?.removeAllListeners();
    this.child?.kill("SIGKILL");
    this.child = null;
  }

  /** The next reply of a kind. One that was no longer waited for, as that it is loaded, may come before it. */
  private next(kind: Reply["kind"], ms: number): Promise<Reply | null> {
    const { child } = this;
    return new Promise((resolve) => {
      const done = (reply: Reply | null): void => {
        clearTimeout(timer);
        child?.removeAllListeners();
        resolve(reply);
      };
      const timer = setTimeout(() => done(null), ms);
      child?.on("message", (reply: Reply) => {
        if (reply.kind === kind) done(reply);
      });
      child?.on("exit", () => done(null));
      child?.on("error", () => done(null));
    });
  }
}
