/** A machine as its exercise finds it: generators look at one before they ask about it. */
import { applyPatches, NO_RECORDS } from "../../client/apply-frame.ts";
import type { RecordTables } from "../../client/playground.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { EngineHost } from "../../worker/engine-host.ts";
import { Play } from "../../worker/play.ts";

/** A machine that has done its setup. */
export function stand(scenario: Scenario): Play {
  const play = new Play((given) => new EngineHost(given), scenario);
  play.setUp();
  return play;
}

export const look = (scenario: Scenario): RecordTables =>
  applyPatches(NO_RECORDS, stand(scenario).engine.drainPatches());

/** Memory blocks of a DIMM, or of a node's soldered memory, by number. */
export const blocksOf = (
  { block }: RecordTables,
  of: { readonly dimm?: string; readonly node?: number },
): BlockRecord[] =>
  Object.values(block)
    .filter(({ dimm, nodes }) =>
      of.dimm !== undefined ? dimm === of.dimm : dimm === null && nodes.includes(of.node ?? 0),
    )
    .sort((a, b) => a.number - b.number);
