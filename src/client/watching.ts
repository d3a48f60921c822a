/** What the views of a page want to see besides records, and how the simulator is told. */
import type { Look, ToWorker } from "../protocol/messages.ts";
import type { Selection } from "./playground.ts";

type Watch = Extract<ToWorker, { type: "watch" }>["watch"];

export class Watching {
  look: Look | null = null;
  /** Blocks to see pageblock by pageblock besides those of the selected node, and page by page besides the selected one. */
  beside: readonly string[] = [];
  fine: readonly string[] = [];
  /** Somebody has to know of every instant. */
  moments = false;
  /** Somebody wants to know where operations are. */
  calls = false;

  /** Looks at something else: at what is looked at already, elsewhere in the same memory, or at another thing. */
  lookAt(look: Look | null): "same" | "moves" | "other" {
    const before = this.look;
    if (JSON.stringify(look) === JSON.stringify(before)) return "same";
    this.look = look;
    // Who moves about in memory goes on seeing what was there until the next comes.
    return look?.of === "scale" && before?.of === "scale" && look.partition === before.partition ? "moves" : "other";
  }

  /** With what is selected: while all of memory is looked at, no page map of that. */
  of({ block, node }: Selection): Watch {
    const { look, beside, fine, moments, calls } = this;
    return look?.of === "scale"
      ? { block: null, node: null, look, moments, calls }
      : { block, node, beside, fine, look, moments, calls };
  }
}
