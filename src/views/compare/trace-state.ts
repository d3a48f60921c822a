/**
 * The recorded trace that is open beside the simulation. It outlives the view: whoever goes to another tab and back finds
 * it where it was. A file that can't be used changes nothing of what is open.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type BeginBeside, beginBeside } from "../../client/beside-line.ts";
import type { TraceHead, TraceRow } from "../../protocol/beside.ts";

export interface ListedTrace {
  readonly path: string;
  readonly kernel: string;
  readonly about: string;
  readonly steps: number;
}

export interface TraceState {
  /** `null`: not fetched yet; `missing`: it could not be. */
  readonly list: readonly ListedTrace[] | "missing" | null;
  readonly head: TraceHead | null;
  readonly rows: readonly TraceRow[];
  /** The step that is shown. */
  readonly at: number;
  /** Another one is on its way. */
  readonly opening: boolean;
  /** Why what was asked for is not open. */
  readonly problem: { readonly why: "unusable" | "broke" | "missing"; readonly text: string } | null;
}

export class OpenTrace {
  readonly store: StoreApi<TraceState> = createStore<TraceState>(() => ({
    list: null,
    head: null,
    rows: [],
    at: 0,
    opening: false,
    problem: null,
  }));
  readonly #begin: BeginBeside;
  readonly #fetch: (address: string) => Promise<string>;
  #end: () => void = () => {};
  /** Number of what was asked for last: what comes later of something before it is not heard. */
  #asked = 0;

  constructor(begin: BeginBeside = beginBeside, fetchText = textAt) {
    this.#begin = begin;
    this.#fetch = fetchText;
  }

  /** Fetches the list of the recordings that come with the page. */
  async list(): Promise<void> {
    try {
      this.store.setState({ list: JSON.parse(await this.#fetch("traces/index.json")) });
    } catch {
      this.store.setState({ list: "missing" });
    }
  }

  /** Opens a recording that comes with the page. */
  async choose(path: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const text = await this.#fetch(`traces/${path}`);
      if (asked === this.#asked) this.open(path, text);
    } catch {
      if (asked === this.#asked) this.store.setState({ problem: { why: "missing", text: path } });
    }
  }

  /** Opens a file's text. */
  open(file: string, text: string): void {
    this.#asked++;
    const endBefore = this.#end;
    this.store.setState({ opening: true, problem: null });
    this.#end = this.#begin({ type: "trace", file, text }, (message) => {
      switch (message.type) {
        case "trace":
          endBefore();
          this.store.setState({ head: message.trace, rows: [], at: 0, opening: false });
          return;
        case "row":
          this.store.setState(({ rows }) => ({ rows: [...rows, message.row] }));
          return;
        case "done":
          return;
        case "unusable":
          this.#end = endBefore;
          this.store.setState({ opening: false, problem: { why: "unusable", text: message.problem } });
          return;
        case "broke":
          this.store.setState({ opening: false, problem: { why: "broke", text: message.reason } });
      }
    });
  }

  goTo(at: number): void {
    this.store.setState(({ head }) => ({ at: Math.max(0, Math.min(head?.steps ?? 0, at)) }));
  }
}

async function textAt(address: string): Promise<string> {
  const response = await fetch(new URL(address, document.baseURI));
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.text();
}

const open = new WeakMap<object, OpenTrace>();

/** The open trace of a playground. */
export function openTraceOf(playground: object): OpenTrace {
  const known = open.get(playground) ?? new OpenTrace();
  open.set(playground, known);
  return known;
}
