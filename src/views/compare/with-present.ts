/** A future that was left beside the machine that runs, for whoever leads to the Compare tab. */
import type { Playground } from "../../client/playground.ts";
import { parted } from "./futures.ts";
import { openFuturesOf } from "./futures-state.ts";
import { futuresStrings as words } from "./futures-strings.ts";

export function compareWithPresent(playground: Playground, number: number): void {
  const fork = playground.futures.left.find((one) => one.number === number);
  const { kept } = playground;
  if (fork && kept)
    openFuturesOf(playground).compare(parted([fork.name ?? words.left(number), words.present], [fork, kept]));
}
