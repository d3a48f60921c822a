/**
 * Anything at all, typed or run as a script: nothing crashes, nothing hangs, output has bounds, and the machine answers
 * afterwards. PROPERTY_SEED and PROPERTY_RUNS search elsewhere and longer.
 */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { audit } from "../engine/kernel/audit.ts";
import { smallBox } from "../engine/testing/small-box.ts";
import { Engine } from "../engine/time/engine.ts";
import { startScript } from "./host.ts";
import { Userland } from "./process/userland.ts";
import { Signal } from "./process/signals.ts";
import { TerminalShell } from "./terminal-shell.ts";
import { keys, scripts } from "./testing/random-input.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 240);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);
/** Inputs after which a machine is audited and a new one takes its place. */
const PER_MACHINE = 20;

const SECOND = 1e9;
/** Real ms that an input may take, on a machine that others use too; and one event of it, in which no key is heard. */
const LONGEST = 20_000;
const LONGEST_EVENT = 4_000;
/** Characters, and pieces, that may come out in the simulated time of one input: a builtin may complain of each of 100,000 words. */
const MOST_TEXT = 400e6;
const MOST_PIECES = 120_000;

let slowest = { real: 0, input: "" };

class Subject {
  readonly engine = new Engine({ seed: 1, box: smallBox() });
  readonly userland = new Userland(this.engine, "A");
  text = 0;
  pieces = 0;
  tail = "";

  readonly show = (text: string): void => {
    this.text += text.length;
    this.pieces++;
    this.tail = (this.tail + text.slice(-1000)).slice(-1000);
  };

  shell(): TerminalShell {
    const shell = new TerminalShell(this.userland, { columns: 80, rows: 24, onOutput: this.show });
    this.pass(0.01);
    return shell;
  }

  /** Lets simulated time pass, but not too much real time. */
  pass(seconds: number): void {
    const end = this.engine.now + seconds * SECOND;
    const begin = performance.now();
    let last = begin;
    const expired = (): boolean => {
      const now = performance.now();
      if (now - last > LONGEST_EVENT) throw new Error(`one event took ${now - last} ms`);
      last = now;
      return now - begin > 1_000;
    };
    this.engine.runUntil(end, { expired });
  }

  /** Ends all that runs. */
  clear(): void {
    for (let round = 0; round < 5 && this.userland.processes.size > 0; round++) {
      for (const process of this.userland.processes.values()) this.userland.kill(process, Signal.KILL);
      this.pass(0.1);
    }
    expect(this.userland.processes.size).toBe(0);
  }

  /** A new terminal's shell does what it is told. */
  answers(): void {
    const shell = this.shell();
    this.tail = "";
    shell.input("echo ali''ve\r");
    this.pass(1);
    expect(this.tail).toContain("alive\r\n");
    shell.close();
    this.pass(0.01);
  }
}

let subject = new Subject();
let runs = 0;

function tried(input: string, play: () => void): void {
  if (++runs % PER_MACHINE === 0) {
    expect(audit(subject.engine.kernel("A"))).toEqual([]);
    subject = new Subject();
  }
  subject.text = 0;
  subject.pieces = 0;
  const begin = performance.now();
  play();
  subject.clear();
  subject.answers();
  const real = performance.now() - begin;
  if (real > slowest.real) slowest = { real, input };
  expect(real).toBeLessThan(LONGEST);
  expect(subject.text).toBeLessThan(MOST_TEXT);
  expect(subject.pieces).toBeLessThan(MOST_PIECES);
}

const check = (name: string, share: number, input: fc.Arbitrary<string>, play: (text: string) => void): void => {
  const count = Math.ceil(RUNS * share);
  test(`${count} random ${name}`, { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(input, (text) => tried(text, () => play(text))),
      { numRuns: count, seed: SEED, endOnFailure: process.env.PROPERTY_RUNS === undefined },
    );
  });
};

/** What may keep a shell from answering by its own will. */
const STUBBORN = /trap|exec|kill|stop|set|exit|PS1|IFS|echo|readonly|declare|local|export|alias|\x1a|\x13|E/i;

check("lines at a prompt", 0.4, scripts, (text) => {
  const shell = subject.shell();
  shell.input(`\x1b[200~${text}\x1b[201~\r`);
  subject.pass(0.2);
  shell.input("\x03");
  subject.pass(0.1);
  shell.input("\x03\x03");
  subject.pass(0.1);
  if (!STUBBORN.test(text)) expect(shell.busy).toBe(false);
});

check("keys", 0.2, keys, (text) => {
  const shell = subject.shell();
  for (const part of text.match(/.{1,7}/gsu) ?? []) {
    shell.input(part);
    subject.pass(0.002);
  }
  subject.pass(0.1);
  shell.resize(9, 3);
  shell.input("\x1b[201~\x07\x03\x03");
  subject.pass(0.1);
});

check("scripts", 0.4, scripts, (text) => {
  startScript(subject.userland, {
    text,
    name: "bash",
    fromArgument: text.length % 2 === 0,
    out: subject.show,
    err: subject.show,
  });
  subject.pass(0.3);
});

afterAll(() => {
  expect(audit(subject.engine.kernel("A"))).toEqual([]);
  if (process.env.PROPERTY_RUNS)
    console.log(`slowest: ${slowest.real.toFixed(0)} ms for ${JSON.stringify(slowest.input.slice(0, 500))}`);
});
