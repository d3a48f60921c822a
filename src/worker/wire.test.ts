/** No English crosses from the worker to the page: codes and data do, and what kernels, shells and programs say themselves. */
import { expect, test } from "vitest";
import type { Command } from "../engine/time/commands.ts";
import type { FromWorker, Look, ToWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { findScenario } from "../protocol/scenarios/index.ts";
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";
import { scenarioOf } from "./testing/random-session.ts";

/** Where text may cross, with spaces in it, and whose text it is. */
const TEXTS: readonly (readonly [path: RegExp, whose: string])[] = [
  [/^frame\.log\[\]\.line$/, "a kernel's log, or a line for a shell"],
  [/\.(?:patches|begin)\[\]\[\]\.log\[\]$/, "a kernel's log"],
  [/\.(?:patches|begin)\[\]\[\]\.cmdline$/, "a kernel's command line"],
  [/\.(?:patches|begin)\[\]\[\]\.notSimulated\[\]$/, "words of it"],
  [/\.(?:patches|begin)\[\]\[\]\.name$/, "the scenario's name of a partition"],
  [/\.culprit\.reason$/, "what the kernel writes after 'page dumped because'"],
  [/\.checks\[\]\.data\.zones$/, "names of zones"],
  [/\.(occasion|allocatedWhy|undo|redo|what)\.(line|by)$/, "a line for a shell; a process and its pid"],
  [/command\.text$/, "what a person wrote to a file or typed"],
  [/^answer\.answer\.past\.journal\.texts\[\]$/, "commands as they were given"],
  [/^answer\.answer\.rehearsal\.moves\[\]\.text$/, "a terminal's text"],
  [/^terminal-output\.text$/, "a terminal's text"],
  [/^terminal-busy\.sleep\.command$/, "a command as it was typed"],
  [/^answer\.answer\.finding\.(ability|support)$/, "keys, in the words of the talk"],
  [/^(fault|terminal-end)\.trouble\.said$/, "what a program says of itself"],
];

/** Every string of a message, with the way to it; places in lists are left out. */
function strings(value: unknown, path: string, tell: (path: string, text: string) => void): void {
  if (typeof value === "string") tell(path, value);
  else if (Array.isArray(value)) for (const one of value) strings(one, `${path}[]`, tell);
  else if (value !== null && typeof value === "object" && !ArrayBuffer.isView(value))
    for (const [key, one] of Object.entries(value)) strings(one, `${path}.${key}`, tell);
}

const isText = (text: string): boolean => /\s/.test(text);

/** A page over a real machine. */
class Page {
  readonly heard: FromWorker[] = [];
  #time = 0;
  #later: (() => void)[] = [];
  #id = 0;
  #frame: number | null = null;
  readonly #session = new Session({
    build: (given) => new EngineHost(given),
    send: (message) => {
      this.heard.push(structuredClone(message));
      if (message.type === "frame") this.#frame = message.frame;
    },
    clock: () => this.#time,
    later: (callback) => {
      this.#later.push(callback);
    },
  });

  tell(message: ToWorker): void {
    this.#session.receive(message);
  }

  ask<M extends Extract<ToWorker, { id: number }>["type"]>(
    type: M,
    rest: Omit<Extract<ToWorker, { type: M }>, "type" | "id">,
  ): void {
    this.tell({ type, id: ++this.#id, ...rest } as unknown as ToWorker);
  }

  do(command: Command): void {
    this.ask("command", { command });
  }

  async run(turns: number): Promise<void> {
    for (let i = 0; i < turns; i++) {
      this.#time += 16;
      for (const callback of this.#later.splice(0)) callback();
      if (this.#frame !== null) this.tell({ type: "ack", frame: this.#frame, buffers: [] });
      this.#frame = null;
      // Code is fetched, and questions are answered, in their own time.
      if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** Runs until it has heard of something: code and answers come in their own time. */
  async hear(wanted: (message: FromWorker) => boolean): Promise<void> {
    for (let tries = 0; !this.heard.some(wanted); tries++) {
      if (tries > 1000) throw new Error(`never heard: ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
      await this.run(1);
    }
  }

  /** Blocks of a partition, as the page knows them. */
  get blocks() {
    const known = this.heard.flatMap((message) =>
      message.type === "frame"
        ? message.patches.flatMap(([kind, , record]) => (kind === "block" && record?.partition === "A" ? [record] : []))
        : [],
    );
    return [...new Map(known.map((block) => [block.key, block])).values()];
  }
}

/** What a person can do and ask, each once or more. */
async function everything(scenario: Scenario): Promise<Page> {
  const page = new Page();
  const partition = "A";
  page.tell({ type: "start", run: 1, scenario });
  page.tell({ type: "speed", speed: 2 });
  await page.run(12);
  page.do({ do: "load", partition, load: { kind: "slab", mib: 4 } });
  page.do({ do: "load", partition, load: { kind: "cache", mib: 4 } });
  page.do({ do: "load", partition, load: { kind: "balloon", mib: 4 } });
  page.do({ do: "load", partition, load: { kind: "pin", mib: 4 } });
  page.do({ do: "write", partition, path: "/proc/sys/vm/drop_caches", text: "1" });
  const looks: Look[] = [
    { of: "kernel", partition },
    { of: "running", partition },
    { of: "scale", partition, blocks: [0, 9], pageblocks: [3] },
    { of: "zones", partition, node: 0, ask: { asker: "user", order: 0, node: 0, policy: "default" } },
    { of: "migration", partition, attempt: null, follow: null, next: 0 },
    { of: "process", partition, pid: 700, table: null },
  ];
  for (const [i, block] of page.blocks.slice(-8).entries()) {
    page.tell({
      type: "watch",
      watch: { block: block.key, node: "A/0", look: looks[i % looks.length] as Look, moments: i === 3 },
    });
    page.ask("foresee-offline", { block: block.key });
    const path = `/sys/devices/system/memory/memory${block.number}/state`;
    page.do({ do: "write", partition, path, text: "offline" });
    await page.run(2);
    for (let pfn = block.startPfn; pfn < block.startPfn + block.pages; pfn += 1923)
      page.ask("inspect", { partition, pfn });
    page.ask("remedies", { attempt: i });
  }
  for (const dimm of ["d1", "d2", "d3", "d4"]) {
    page.ask("foresee", { dimm, to: "shelf" });
    page.do({ do: "press", dimm });
    page.do({ do: "move", dimm, to: { shelf: true } });
  }
  page.tell({ type: "terminal-open", terminal: 1, partition, columns: 80, rows: 24 });
  await page.hear(({ type }) => type === "terminal-output");
  page.tell({ type: "terminal-input", terminal: 1, text: "mem anon 20 & sleep 1\r" });
  await page.run(20);
  page.ask("chain", { partition, pfn: 40000 });
  page.ask("search", { partition, text: "dentry", begin: true });
  page.ask("support", { kernel: "6.1", ability: "add" });
  page.ask("past", {});
  page.ask("rehearse", { partition, moves: ["echo 1 > memory9/state"], scenario: null });
  await page.hear((message) => message.type === "answer" && message.answer.to === "rehearse");
  page.ask("undo", {});
  await page.hear((message) => message.type === "answer" && message.answer.to === "travel");
  page.ask("redo", {});
  await page.run(8);
  // It was not told that: what it says of it is a program's own word.
  page.tell({ type: "nonsense" } as unknown as ToWorker);
  return page;
}

test("no message of a session holds a sentence of ours", async () => {
  // Else what waits for it lets time pass meanwhile.
  await Promise.all([import("./terminals.ts"), import("../shell/shell-terminals.ts"), import("./rehearsal.ts")]);
  const sentences = new Set<string>();
  const kinds = new Set<string>();
  let seen = 0;
  const used = new Set<RegExp>();
  for (const scenario of [findScenario("busy-server"), scenarioOf(3)]) {
    const page = await everything(scenario as Scenario);
    for (const message of page.heard) {
      kinds.add(message.type === "answer" ? `answer to ${message.answer.to}` : message.type);
      strings(message, message.type, (path, text) => {
        seen++;
        if (!isText(text)) return;
        const allowed = TEXTS.find(([where]) => where.test(path));
        if (allowed) used.add(allowed[0]);
        else sentences.add(`${path}: ${text}`);
      });
    }
  }
  expect([...sentences]).toEqual([]);
  // Sessions that say little would prove nothing.
  expect(seen).toBeGreaterThan(5_000);
  expect(kinds.size, [...kinds].join()).toBeGreaterThan(14);
  expect(used.size).toBeGreaterThan(8);
}, 300_000);
