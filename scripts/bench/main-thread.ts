/** What the main thread of a page did, from a trace that Chromium recorded. */
import type { Browser, Page } from "@playwright/test";

export interface MainThread {
  /** By the clock, as a person feels it. */
  readonly wall: Work;
  /** Time on a processor: steadier where other programs want the processors too. */
  readonly processor: Work;
  /** How often the page, or a part of it, was laid out. */
  readonly layouts: number;
  /** What the page's workers did meanwhile: ms on a processor. */
  readonly workers: number;
}

export interface Work {
  /** For each display frame, ms that the main thread worked from its beginning to that of the next. */
  readonly frames: readonly number[];
  /** Length of the longest task, ms. */
  readonly longestTask: number;
}

/** What is used of an event of the Trace Event Format. */
export interface TraceEvent {
  readonly name: string;
  /** `X` complete, `b` begin of something asynchronous, `M` metadata … */
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs. */
  readonly ts: number;
  readonly dur?: number;
  /** µs on a processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly startTime?: number } };
}

/** What the start of a page cost its main thread: ms on a processor. */
export interface Start {
  /** From the navigation to the mark. */
  readonly untilMark: number;
  readonly firstTwoSeconds: number;
  readonly longestTask: number;
  /** Longest task that begins after something of the page has been painted. */
  readonly longestTaskSincePaint: number;
}

const TASK = "RunTask";
/**
 * The rendering itself. Not `AnimationFrame`, which begins as soon as one is wanted, often at the end of the task that
 * makes the frame before: that task would then count for both frames, as one of twice the length.
 */
const FRAME = "AnimationFrame::Render";
const LAYOUT = "Layout";
const WORKER = "DedicatedWorker thread";
const FIRST_PAINT = "firstContentfulPaint";
/** `blink.user_timing` is where `performance.mark` is heard. */
const CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing"];
const TWO_SECONDS = 2e6;

/** Records while `action` runs. Tasks are what Chromium's scheduler runs: scripts, messages, layout, painting. */
export async function recordMainThread(browser: Browser, page: Page, action: () => Promise<void>): Promise<MainThread> {
  return readTrace(await record(browser, page, action));
}

/** Records while `action` opens the page; it goes on for two seconds, and until `mark` is set, before it ends. */
export async function recordStart(
  browser: Browser,
  page: Page,
  mark: string,
  action: () => Promise<void>,
): Promise<Start> {
  return readStart(await record(browser, page, action), mark);
}

async function record(browser: Browser, page: Page, action: () => Promise<void>): Promise<readonly TraceEvent[]> {
  await browser.startTracing(page, { categories: CATEGORIES });
  // The trace is closed whatever happened, or the browser could record no other.
  const trace = await action().then(
    () => browser.stopTracing(),
    async (error: unknown) => {
      await browser.stopTracing();
      throw error;
    },
  );
  const { traceEvents } = JSON.parse(trace.toString("utf8")) as { readonly traceEvents: readonly TraceEvent[] };
  return traceEvents;
}

/** Sums up the start of the page that set `mark`; throws when none did. */
export function readStart(events: readonly TraceEvent[], mark: string): Start {
  const marked = events.find(({ name, args }) => name === mark && args?.data?.startTime !== undefined);
  if (!marked) throw new Error(`The page never set the mark ${mark}.`);
  const own = events.filter(({ pid, tid }) => pid === marked.pid && tid === marked.tid);
  const begin = marked.ts - (marked.args?.data?.startTime ?? 0) * 1000;
  const painted = own.find(({ name, ts }) => name === FIRST_PAINT && ts >= begin)?.ts ?? marked.ts;
  const tasks = own.filter((event) => isTask(event) && event.ts + (event.dur ?? 0) > begin);
  const between = (from: number, to: number) => tasks.filter(({ ts }) => ts >= from && ts < to).map(processorTime);
  const all = (times: readonly number[]) => times.reduce((sum, time) => sum + time, 0);
  const longest = (times: readonly number[]) => times.reduce((most, time) => Math.max(most, time), 0);
  return {
    untilMark: all(between(Number.NEGATIVE_INFINITY, marked.ts)),
    firstTwoSeconds: all(between(Number.NEGATIVE_INFINITY, begin + TWO_SECONDS)),
    longestTask: longest(between(Number.NEGATIVE_INFINITY, begin + TWO_SECONDS)),
    longestTaskSincePaint: longest(between(painted, begin + TWO_SECONDS)),
  };
}

/** Sums up the busiest main thread of a renderer: the page's own (a spare renderer idles). */
export function readTrace(events: readonly TraceEvent[]): MainThread {
  const threads = new Map<string, TraceEvent[]>();
  const workers = new Set<string>();
  for (const event of events) {
    if (event.name !== "thread_name") continue;
    const thread = `${event.pid}/${event.tid}`;
    if (event.args?.name === "CrRendererMain") threads.set(thread, []);
    else if (event.args?.name === WORKER) workers.add(thread);
  }
  for (const event of events) {
    if (isTask(event) || isFrame(event) || isLayout(event)) threads.get(`${event.pid}/${event.tid}`)?.push(event);
  }
  const [busiest = []] = [...threads.values()].sort((one, other) => other.length - one.length);
  return {
    wall: workOf(busiest, ({ dur = 0 }) => dur / 1000),
    processor: workOf(busiest, processorTime),
    layouts: busiest.filter(isLayout).length,
    workers: events
      .filter((event) => isTask(event) && workers.has(`${event.pid}/${event.tid}`))
      .reduce((sum, task) => sum + processorTime(task), 0),
  };
}

const processorTime = ({ tdur = 0 }: TraceEvent): number => tdur / 1000;
const isTask = ({ name, ph }: TraceEvent): boolean => name === TASK && ph === "X";
const isLayout = ({ name, ph }: TraceEvent): boolean => name === LAYOUT && ph === "X";
const isFrame = ({ name, ph }: TraceEvent): boolean => name === FRAME && ph === "b";

function workOf(events: readonly TraceEvent[], length: (task: TraceEvent) => number): Work {
  const begins = events
    .filter(isFrame)
    .map(({ ts }) => ts)
    .sort((one, other) => one - other);
  const frames = new Array<number>(begins.length).fill(0);
  let longestTask = 0;
  for (const task of events.filter(isTask)) {
    longestTask = Math.max(longestTask, length(task));
    // A frame begins inside the task that makes it, so a task counts for the last frame that began before its end.
    const frame = begins.findLastIndex((begin) => begin < task.ts + (task.dur ?? 0));
    if (frame >= 0) frames[frame] = (frames[frame] ?? 0) + length(task);
  }
  return { frames, longestTask };
}
