/** A machine whose simulator is gone, made again from what the page has kept: the same machine, terminals included. */
import { afterEach, expect, test, vi } from "vitest";
import type { Frame, FromWorker, Resume, ToWorker } from "../protocol/messages.ts";
import type { JournalEntry } from "../engine/time/journal.ts";
import { EngineHost } from "./engine-host.ts";
import { resumed } from "./resume.ts";
import { Session } from "./session.ts";
import { playSession, scenarioOf } from "./testing/random-session.ts";

const RUNS = Number(process.env.RESUME_RUNS ?? 12);

test("random sessions are made again, to the bit", async () => {
  let entries = 0;
  for (let seed = 400; seed < 400 + RUNS; seed++) {
    const { host, scenario } = await playSession(seed, 14);
    const { instant, hash } = host.past();
    const causes = structuredClone(host.journal.slice(0));
    const later = (callback: () => void) => setTimeout(callback);
    const made = { build: (given: typeof scenario) => new EngineHost(given), clock: () => performance.now(), later };
    const play = await resumed(made as never, scenario, { causes, instant, terminals: [] });
    expect(play.engine.past().hash, `seed ${seed}`).toBe(hash);
    expect(await play.engine.audit()).toEqual([]);
    entries += causes.length;
  }
  expect(entries / RUNS).toBeGreaterThan(30);
}, 120_000);

/** A page with the simulator that it has now. */
class Page {
  sent: FromWorker[] = [];
  causes: JournalEntry[] = [];
  private turn: (() => void)[] = [];
  private time = 0;
  private heard = 0;
  private readonly session = new Session({
    build: (given) => new EngineHost(given),
    send: (message) => this.sent.push(structuredClone(message)),
    clock: () => this.time,
    later: (callback) => this.turn.push(callback),
  });

  tell = (message: ToWorker): void => this.session.receive(structuredClone(message));

  /** Turns of the simulator, and everything that comes is shown at once. */
  async live(turns: number): Promise<void> {
    for (let i = 0; i < turns; i++) {
      this.time += 4;
      for (const turn of this.turn.splice(0)) turn();
      for (; this.heard < this.sent.length; this.heard++) {
        const message = this.sent[this.heard] as FromWorker;
        if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
        if (message.type === "frame") {
          if (message.anew) this.causes = [];
          this.causes.push(...(message.causes ?? []));
          this.tell({ type: "ack", frame: message.frame, buffers: [] });
        }
        if (message.type === "terminal-output")
          this.tell({ type: "terminal-ack", terminal: message.terminal, characters: message.text.length });
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  get frames(): Frame[] {
    return this.sent.filter((message) => message.type === "frame");
  }
  shownIn(terminal: number): string {
    return this.sent.map((m) => (m.type === "terminal-output" && m.terminal === terminal ? m.text : "")).join("");
  }
  kept(terminals: Resume["terminals"]): Resume {
    return { causes: this.causes, instant: this.frames.at(-1)?.place.instant as Resume["instant"], terminals };
  }
  end(): void {
    this.turn = [];
  }
}

let pages: Page[] = [];
afterEach(() => {
  for (const page of pages) page.end();
  pages = [];
});
const opened = (): Page => {
  const page = new Page();
  pages.push(page);
  return page;
};

test("another simulator shows what the page saw last, its log and its shells, and goes on from there", async () => {
  const scenario = scenarioOf(3);
  const first = opened();
  first.tell({ type: "start", run: 1, scenario });
  await first.live(4);
  first.tell({ type: "command", id: 1, command: { do: "load", partition: "A", load: { kind: "anon", mib: 6 } } });
  const place = { partition: "A", columns: 70, rows: 20 };
  first.tell({ type: "terminal-open", terminal: 4, ...place });
  await vi.waitFor(async () => {
    await first.live(2);
    expect(first.shownIn(4)).toMatch(/[#$] $/);
  }, 20_000);
  first.tell({ type: "terminal-input", terminal: 4, text: "x=kept\rsleep 0.1\r" });
  first.tell({ type: "undo", id: 9 });
  first.tell({ type: "redo", id: 10 });
  await first.live(30);
  first.tell({ type: "terminal-input", terminal: 4, text: "echo half" });
  await first.live(30);
  const last = first.frames.at(-1);

  const second = opened();
  second.tell({ type: "start", run: 2, scenario, resume: first.kept([{ terminal: 4, ...place }]) });
  second.tell({ type: "speed", speed: 0 });
  await vi.waitFor(async () => {
    await second.live(2);
    expect(second.frames.length).toBeGreaterThan(0);
  }, 20_000);
  // A page hears nothing of another simulator before that is ready.
  expect(second.sent[0]?.type).toBe("ready");
  const again = second.frames[0];
  expect(again).toMatchObject({ anew: last?.place, place: last?.place, idle: last?.idle });
  // The shell is shown its size, and nothing else was done to the machine.
  expect(again?.causes).toEqual(first.causes);
  const log = (page: Page) => page.frames.slice(page.frames.findLastIndex(({ anew }) => anew)).flatMap((f) => f.log);
  expect(log(second)).toEqual(log(first));
  await vi.waitFor(async () => {
    await second.live(2);
    expect(second.frames.findLast(({ offers }) => offers)?.offers?.undo).toEqual({ is: "start", comm: "anon" });
  });
  expect(second.shownIn(4)).toContain("The simulator was replaced.");
  expect(second.shownIn(4)).toMatch(/echo half$/);
  second.tell({ type: "speed", speed: 1 });
  second.tell({ type: "terminal-input", terminal: 4, text: " $x\r" });
  await vi.waitFor(async () => {
    await second.live(10);
    expect(second.shownIn(4)).toContain("half kept");
  }, 20_000);
});
