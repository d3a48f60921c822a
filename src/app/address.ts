/**
 * The page's address says what is looked at: scenario, kernels, speed, selection. Loading the page again, going back
 * and going forward keep them; what was done in the box is not in it. What an address says is checked as it is read:
 * a name that nobody knows counts as not said.
 */
import { atWork } from "../client/at-work.ts";
import type { Playground, PlaygroundState, Selection } from "../client/playground.ts";
import { versionNamed } from "../engine/kernel/profiles/descriptions.ts";
import type { KernelChoice } from "../protocol/scenario.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import { LANG } from "./language.ts";
import { inLesson } from "./learn.ts";
import { SPEEDS } from "../views/time/speeds.ts";

export interface Address {
  readonly scenario: string;
  readonly kernels: KernelChoice;
  /** Simulated ns per real ns; `null` is the scenario's own. */
  readonly speed: number | null;
  readonly selection: Partial<Selection>;
}

const SELECTED = ["node", "block", "dimm"] as const;
/** An address is written this long after the last change. */
const SETTLED_MS = 300;
/** While an operation runs: a map that goes along chooses block after block, and with each address browsers draw the page's icon. */
const SETTLED_AT_WORK_MS = 1500;

export function readAddress(search: string): Address {
  const said = new URLSearchParams(search);
  const name = said.get("scenario");
  const kernels: Record<string, KernelChoice[string]> = {};
  for (const one of said.getAll("kernel")) {
    const [partition = "", version] = one.split(":");
    const known = versionNamed(version ?? "");
    if (known && /^\w{1,16}$/.test(partition)) kernels[partition] = known;
  }
  const speed = Number(said.get("speed") || "none");
  const selection: { -readonly [K in keyof Selection]?: Selection[K] } = {};
  for (const what of SELECTED) {
    const key = said.get(what);
    if (key !== null && /^[\w:/]{1,32}$/.test(key)) selection[what] = key;
  }
  const pfn = /^0x[0-9a-f]{1,12}$/.exec(said.get("pfn") ?? "")?.[0];
  if (pfn !== undefined && selection.block !== undefined) selection.pfn = Number(pfn);
  return {
    scenario: findScenario(name ?? "")?.name ?? SCENARIOS[0].name,
    kernels,
    speed: speed === 0 || SPEEDS.includes(speed) ? speed : null,
    selection,
  };
}

type Told = Pick<PlaygroundState, "scenario" | "kernels" | "speed" | "selection">;

/** Scenario and kernels: what another entry of the history is made for. */
const machineOf = ({ scenario, kernels }: Pick<Told, "scenario" | "kernels">) =>
  [scenario, ...Object.entries(kernels).map(([partition, version]) => `${partition}:${version}`)].join();

/** `lang`: the language that the address names, if it does. */
export function writeAddress({ scenario, kernels, speed, selection }: Told, lang: string | null = null): string {
  const said = new URLSearchParams({ scenario });
  for (const [partition, version] of Object.entries(kernels)) said.append("kernel", `${partition}:${version}`);
  said.set("speed", String(speed));
  for (const what of SELECTED) if (selection[what] !== null) said.set(what, selection[what]);
  if (selection.pfn !== null && selection.block !== null) said.set("pfn", `0x${selection.pfn.toString(16)}`);
  if (lang !== null) said.set(LANG, lang);
  // Slashes and colons may stand in a query as they are, and can be read so.
  return `?${said.toString().replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
}

/** Keeps the address and the playground together; returns how to stop. */
export function followAddress(playground: Playground, page: Window): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const write = (how: "pushState" | "replaceState") => {
    clearTimeout(waiting);
    const { search, hash } = page.location;
    if (inLesson(hash)) return;
    const address = writeAddress(playground.store.getState(), new URLSearchParams(search).get(LANG));
    if (address === search) return;
    last = address;
    try {
      page.history[how](null, "", address + hash);
    } catch {
      // A document without an address of its own (a sandboxed frame) has no history either.
    }
  };
  const look = (address: Address) => {
    if (address.speed !== null) playground.setSpeed(address.speed);
    playground.select(address.selection);
  };
  look(readAddress(page.location.search));
  /** The part of the address that says what box is looked at, as it was read or written last. */
  let last = page.location.search;

  const unsubscribe = playground.store.subscribe((state, before) => {
    if (state.status === "running" && before.status === "starting") forget(playground);
    const { scenario, kernels, speed, selection } = before;
    if (state.scenario !== scenario || state.kernels !== kernels) {
      const there = readAddress(page.location.search);
      write(machineOf(there) === machineOf(state) ? "replaceState" : "pushState");
    } else if (!state.cursor && (state.speed !== speed || state.selection !== selection)) {
      // The past is looked at, not gone to.
      clearTimeout(waiting);
      waiting = setTimeout(() => write("replaceState"), atWork(state.records) ? SETTLED_AT_WORK_MS : SETTLED_MS);
    }
  });
  const onPopState = () => {
    clearTimeout(waiting);
    // An address that only ends in another way is no other box.
    if (inLesson(page.location.hash) || page.location.search === last) return;
    last = page.location.search;
    const address = readAddress(page.location.search);
    if (machineOf(address) !== machineOf(playground.store.getState()))
      playground.load(address.scenario, address.kernels);
    look(address);
  };
  page.addEventListener("popstate", onPopState);
  return () => {
    clearTimeout(waiting);
    unsubscribe();
    page.removeEventListener("popstate", onPopState);
  };
}

/** An address can name what this box has not: then something else is chosen, as if nothing had been named. */
function forget(playground: Playground): void {
  const { selection, records } = playground.store.getState();
  const gone = SELECTED.filter((what) => selection[what] !== null && !records[what][selection[what]]);
  if (gone.length > 0) playground.select(Object.fromEntries(gone.map((what) => [what, null])));
}
