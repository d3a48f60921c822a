/**
 * When did it become impossible? The history of a refusal is played again, and again and again the machine is asked whether
 * the block could go offline; where the answer turned, step by step. Then it is tried: in a fork just before that instant,
 * and in one at it. And what would have prevented it is tried, too: the same history without what came, or booted otherwise.
 */
import { lineOccasion } from "../../engine/chronicle/occasion.ts";
import { isTerminalCommand } from "../../engine/time/commands.ts";
import { occasionOf } from "../../engine/time/occasion-of.ts";
import type { JournalEntry } from "../../engine/time/journal.ts";
import { simNs } from "../../engine/units.ts";
import type { Filming, Found, FromBeside, Prevention, Refusal, SinceJob, Tried } from "../../protocol/beside.ts";
import type { PlaceInTime } from "../../protocol/messages.ts";
import type { Records } from "../../protocol/records.ts";
import { EngineHost } from "../engine-host.ts";
import { Play } from "../play.ts";
import { Rewind } from "../rewind.ts";
import { film } from "./filming.ts";

/** How often the history is asked at first: where nothing is done, so many times in all. */
const SAMPLES = 256;
/** Simulated ns that a try gets, and how often it is looked at. */
const PATIENCE = 30e9;
const LOOK = 5e6;
/** Looks before the turn at which forks begin at the earliest. */
const MARGIN = 8;
/** Loads that are left out, one at a time; the last before it turned. */
const MOST_WITHOUT = 3;

type Verdict = "can" | "cannot" | "offline" | "absent";
interface Sample {
  readonly place: PlaceInTime;
  readonly verdict: Verdict;
}

/** A copy at an instant: what is foreseen there, and what came of trying it, where there was something to try. */
interface Fork {
  readonly verdict: Verdict;
  readonly came: Tried | null;
}

/** A machine on its way through its history, step by step. */
class Walk {
  readonly play: Play;
  readonly #rewind: Rewind;
  readonly #block: string;

  constructor({ scenario, resume: { causes, instant }, refusal }: SinceJob, to?: PlaceInTime) {
    this.play = new Play((given) => new EngineHost(given), scenario);
    const goal = to ?? {
      entries: causes.length,
      instant,
      sooner: ({ now }: Play["engine"]) => now >= refusal.until,
    };
    this.#rewind = new Rewind(this.play, causes, goal);
    this.#block = `${refusal.partition}:${refusal.block}`;
  }

  /** One step or one cause further; false at the goal. */
  next(): boolean {
    return !this.#rewind.run({ expired: () => true });
  }

  /** All the way. */
  async there(): Promise<Play> {
    for (;;) {
      if (this.#rewind.run({ expired: () => false })) return this.play;
      await this.play.join();
    }
  }

  get place(): PlaceInTime {
    const { engine } = this.play;
    return { entries: engine.journal.length, instant: engine.instant };
  }

  async sample(): Promise<Sample> {
    const { outlook, code } = await this.play.engine.foreseeOffline(this.#block);
    const verdict =
      outlook === "impossible"
        ? "absent"
        : code === "already-offline"
          ? "offline"
          : outlook === "refused" || outlook === "goes-on"
            ? "cannot"
            : "can";
    return { place: this.place, verdict };
  }
}

export async function* since(job: SinceJob): AsyncGenerator<FromBeside, void> {
  const { resume, refusal } = job;
  const terminals = resume.causes.some(({ command }) => isTerminalCommand(command));
  const walk = async (to?: PlaceInTime): Promise<Walk> => {
    const made = new Walk(job, to);
    if (terminals) await made.play.join();
    return made;
  };
  const samples = await coarse(await walk(), refusal.until / SAMPLES);
  const last = samples.at(-1);
  const turned = samples.findLastIndex(({ verdict }) => verdict !== "cannot");
  let turnedAt = 0;
  if (last?.verdict !== "cannot") {
    // Nothing spoke against it when it began: what did came while it ran.
    yield { type: "since", found: { since: null, before: "can", earlier: [], at: null, justBefore: null } };
  } else if (turned < 0) {
    const at = await tried(await (await walk(last.place)).there(), refusal);
    yield { type: "since", found: { since: null, before: "boot", earlier: [], at, justBefore: null } };
  } else {
    const to = samples[turned + 1] as Sample;
    const places = placesOf(await walk(to.place), samples[Math.max(0, turned - MARGIN)] as Sample);
    const fork = async (place: PlaceInTime): Promise<Fork> => {
      const there = await walk(place);
      await there.there();
      const { verdict } = await there.sample();
      const lets = verdict === "can" || verdict === "cannot";
      return { verdict, came: lets ? await tried(there.play, refusal) : null };
    };
    const earlier = stretchesOf(samples.slice(0, turned + 1));
    const turn = await turnOf(places, fork);
    turnedAt = turn.since.instant.at;
    yield { type: "since", found: { ...turn, earlier } };
  }
  for (const prevention of preventionsOf(job, turnedAt))
    yield { type: "prevention", prevention, came: await outcomeOf(prevention.film, refusal) };
  yield { type: "done" };
}

/** The whole way, with few looks. */
async function coarse(walk: Walk, gap: number): Promise<readonly Sample[]> {
  const samples = [await walk.sample()];
  let entries = 0;
  let next = 0;
  while (walk.next()) {
    const { place } = walk;
    if (place.entries === entries && place.instant.at < next) continue;
    ({ entries } = place);
    next = place.instant.at + gap;
    samples.push(await walk.sample());
  }
  samples.push(await walk.sample());
  return samples;
}

/** Every step from a look to where the walk ends. */
function placesOf(walk: Walk, { place: { entries, instant } }: Sample): readonly PlaceInTime[] {
  const places: PlaceInTime[] = [];
  for (let goes = true; goes; ) {
    goes = walk.next();
    const { place } = walk;
    if (place.entries >= entries && place.instant.step >= instant.step && place.instant.at >= instant.at)
      places.push(place);
  }
  return places;
}

/**
 * The first step from which on it would have been refused, where it is at the last. An offline takes its time, and who is at
 * work meanwhile may get in its way: so forks decide, ever farther back until one of them lets the block go, then between.
 */
async function turnOf(
  places: readonly PlaceInTime[],
  fork: (place: PlaceInTime) => Promise<Fork>,
): Promise<Omit<Found, "earlier"> & { readonly since: PlaceInTime }> {
  const isRefused = ({ came }: Fork): boolean => came !== null && came.result !== "ok";
  let refused = places.length - 1;
  let at = await fork(places[refused] as PlaceInTime);
  let free = refused;
  let before: Fork | null = null;
  for (let step = 1; free > 0 && (before === null || isRefused(before)); step *= 2) {
    if (before) [refused, at] = [free, before];
    free = Math.max(0, free - step);
    before = await fork(places[free] as PlaceInTime);
  }
  while (before && !isRefused(before) && refused - free > 1) {
    const middle = (free + refused) >> 1;
    const there = await fork(places[middle] as PlaceInTime);
    if (isRefused(there)) [refused, at] = [middle, there];
    else [free, before] = [middle, there];
  }
  return {
    since: places[refused] as PlaceInTime,
    before: before === null || isRefused(before) ? "boot" : before.came ? "can" : before.verdict,
    at: at.came,
    justBefore: before && !isRefused(before) ? before.came : null,
  };
}

/** Times at which it would have been refused as well, and then not any more: from, to; simulated ns. */
function stretchesOf(samples: readonly Sample[]): readonly (readonly [number, number])[] {
  const stretches: [number, number][] = [];
  let from: number | null = null;
  for (const { verdict, place } of samples) {
    if (verdict === "cannot") from ??= place.instant.at;
    else if (from !== null) {
      stretches.push([from, place.instant.at]);
      from = null;
    }
  }
  return stretches;
}

/** Takes the block offline in a fork, and tells what comes of it. */
async function tried(play: Play, { partition, block }: Refusal): Promise<Tried> {
  const { engine } = play;
  const path = `/sys/devices/system/memory/memory${block}/state`;
  const { errno } = play.submit({ do: "write", partition, path, text: "offline" });
  if (errno !== null) return { result: "failed", errno, culprit: null };
  const begun = engine.now;
  let attempt: Records["attempt"] | null = null;
  while (engine.now < begun + PATIENCE && attempt?.result !== "ok" && attempt?.result !== "failed") {
    engine.runUntil(simNs(engine.now + LOOK));
    for (const [kind, , record] of engine.drainPatches())
      if (kind === "attempt" && record?.target === `memory${block}` && record.startedAt >= begun) attempt = record;
  }
  return attempt
    ? { result: attempt.result, errno: attempt.errno, culprit: attempt.culprit }
    : { result: "running", errno: null, culprit: null };
}

/** The same history with one thing otherwise. */
function preventionsOf({ scenario, resume, refusal }: SinceJob, turned: number): readonly Prevention[] {
  const given = resume.causes.filter(({ origin }) => origin !== "setup");
  const filming = (change: Partial<Filming>): Filming => ({
    scenario,
    causes: given,
    exact: false,
    until: refusal.until + PATIENCE,
    ...change,
  });
  const isLoad = ({ command, at }: JournalEntry): boolean =>
    command.do === "load" && command.partition === refusal.partition && at <= turned;
  const loads = resume.causes.filter(isLoad).slice(-MOST_WITHOUT).reverse();
  const without = loads.flatMap((load): Prevention[] => {
    const { command } = load;
    if (isTerminalCommand(command)) return [];
    const setup = resume.causes.filter(({ origin }) => origin === "setup").indexOf(load);
    const change =
      setup < 0
        ? { causes: given.filter((cause) => cause !== load) }
        : { scenario: { ...scenario, setup: scenario.setup.filter((_, i) => i !== setup) } };
    return [{ by: "without", what: occasionOf(command), film: filming(change) }];
  });
  const partition = scenario.box.partitions.find(({ id }) => id === refusal.partition);
  const cmdline = partition?.cmdline ?? "";
  const options = [optionOf(cmdline, "memhp_default_state=online_movable"), optionOf(cmdline, "movable_node")];
  const booted = options.flatMap((option): Prevention[] => {
    if (!option) return [];
    const partitions = scenario.box.partitions.map((one) =>
      one.id === refusal.partition ? { ...one, cmdline: option.cmdline } : one,
    );
    return [
      {
        by: "booted",
        what: lineOccasion(option.word),
        film: filming({ scenario: { ...scenario, box: { ...scenario.box, partitions } } }),
      },
    ];
  });
  return [...without, ...booted];
}

/** A command line with an option in place of the one of that name; `null` when it has it. */
function optionOf(cmdline: string, word: string): { readonly word: string; readonly cmdline: string } | null {
  const words = cmdline.split(/\s+/).filter(Boolean);
  if (words.includes(word)) return null;
  const name = word.split("=")[0] as string;
  return { word, cmdline: [...words.filter((one) => one.split("=")[0] !== name), word].join(" ") };
}

/** What the same attempt comes to in another history; `null`: it does not come to it. */
async function outcomeOf(future: Filming, { kind, target, startedAt }: Refusal): Promise<Tried | null> {
  let found: Records["attempt"] | null = null;
  for await (const told of film(future, 0)) {
    if (told.type !== "shot") continue;
    for (const [table, , record] of told.patches)
      if (table === "attempt" && record?.kind === kind && record.target === target && record.startedAt >= startedAt)
        found = found && found.id !== record.id ? found : record;
    if (found && found.result !== "running") break;
  }
  const { result, errno, culprit } = found ?? {};
  return result ? { result, errno: errno ?? null, culprit: culprit ?? null } : null;
}
