/**
 * What a page asks of its simulator without changing anything. Every question is answered: where the simulator is gone, and
 * where an instant of the past is shown that it does not stand at, by nothing.
 */
import type { Chain } from "../engine/inspect/index.ts";
import type { Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import type { Place } from "../engine/time/commands.ts";
import {
  type Foresight,
  type Move,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  type Past,
  type Remedies,
  type Snapshot,
} from "../protocol/messages.ts";
import type { PageInfo } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { applyPatches, NO_RECORDS } from "./apply-frame.ts";
import type { Rehearsal } from "./playground.ts";
import type { SimulatorLine } from "./simulator-line.ts";

export interface Questions {
  inspect(partition: string, pfn: number): Promise<PageInfo | null>;
  /** What dropping this DIMM there would do, without doing it. */
  foresee(dimm: string, to: Place): Promise<Foresight>;
  /** What taking a block (its key) offline would do, without doing it. */
  foreseeOffline(block: string): Promise<Foresight>;
  /** What would make a refused attempt (its number) succeed, tried without doing it. */
  remedies(attempt: number): Promise<Remedies>;
  audit(): Promise<readonly string[]>;
  /**
   * The machine as it is now, as far as views compare it with another instant; page maps of this block (key) first. `null` when
   * there is no answer.
   */
  snapshot(block: string | null): Promise<Snapshot | null>;
  /** How a page is reached, described and mapped. */
  chain(partition: string, pfn: number): Promise<Chain | null>;
  /**
   * Begins a search over all pages of a partition, or goes on with it: what a slice of it brought. Ask until it is done.
   * `null` when there is no answer.
   */
  search(partition: string, text: string, begin: boolean): Promise<SearchProgress | null>;
  /** The hit after (1) or before (-1) a page, in the order of addresses, and round the end. */
  hit(partition: string, from: number, step: 1 | -1): Promise<Hit | null>;
  /** What has to be kept to make this machine again; `null` when it can't be told any more. */
  past(): Promise<Past | null>;
  /**
   * Lets a copy of the machine make these moves, or one that begins anew with a scenario, and tells what has become of it;
   * `null` where it can't be told. The machine goes on as if nothing had been asked.
   */
  rehearse(partition: string, moves: readonly Move[], scenario?: Scenario): Promise<Rehearsal | null>;
}

/** Questions over a line; `elsewhere`: what is shown is not where the machine stands. */
export function questionsOver(line: SimulatorLine, elsewhere: () => boolean): Questions {
  return {
    async inspect(partition, pfn) {
      if (elsewhere()) return null;
      return (await line.ask("inspect", (id) => ({ type: "inspect", id, partition, pfn }))).page;
    },
    async foresee(dimm, place) {
      if (elsewhere()) return NOTHING_FORESEEN;
      const to = "slot" in place ? place.slot : "shelf";
      return (await line.ask("foresee", (id) => ({ type: "foresee", id, dimm, to }))).foresight;
    },
    async foreseeOffline(block) {
      if (elsewhere()) return NOTHING_FORESEEN;
      return (await line.ask("foresee", (id) => ({ type: "foresee-offline", id, block }))).foresight;
    },
    async remedies(attempt) {
      if (elsewhere()) return NO_REMEDIES;
      return (await line.ask("remedies", (id) => ({ type: "remedies", id, attempt }))).remedies;
    },
    async audit() {
      return (await line.ask("audit", (id) => ({ type: "audit", id }))).problems;
    },
    async snapshot(block) {
      if (elsewhere()) return null;
      return (await line.ask("snapshot", (id) => ({ type: "snapshot", id, block }))).snapshot;
    },
    async chain(partition, pfn) {
      if (elsewhere()) return null;
      return (await line.ask("chain", (id) => ({ type: "chain", id, partition, pfn }))).chain;
    },
    async search(partition, text, begin) {
      if (elsewhere()) return null;
      return (await line.ask("search", (id) => ({ type: "search", id, partition, text, begin }))).search;
    },
    async hit(partition, from, step) {
      if (elsewhere()) return null;
      return (await line.ask("hit", (id) => ({ type: "hit", id, partition, from, step }))).hit;
    },
    async past() {
      return (await line.ask("past", (id) => ({ type: "past", id }))).past;
    },
    async rehearse(partition, moves, scenario) {
      const { rehearsal } = await line.ask("rehearse", (id) => ({
        type: "rehearse",
        id,
        partition,
        moves,
        scenario: scenario ?? null,
      }));
      if (!rehearsal) return null;
      const begin = applyPatches(NO_RECORDS, rehearsal.begin);
      let records = begin;
      const made = rehearsal.moves.map(({ patches, acts, text }) => {
        records = applyPatches(records, patches);
        return { records, acts, text };
      });
      return { at: rehearsal.at, begin, moves: made };
    },
  };
}
