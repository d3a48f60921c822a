/** A mark as a stack of what is in it, by share; and the brush that lays rectangles on a canvas by colour. */
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { displayGroups, kindGroup, PINNED_TOKEN } from "../kinds.ts";
import { themeValue } from "../theme-values.ts";
import type { Rect } from "./world.ts";

const ORDER: Readonly<Record<string, number>> = { stays: 0, moves: 1, free: 2, unused: 3 };
/** From the bottom of a stack to its top: what stays, what moves, what is out of use. Free is what is left. */
const STACK = [...displayGroups]
  .filter(({ id }) => id !== "free")
  .sort((a, b) => (ORDER[a.offlining] ?? 0) - (ORDER[b.offlining] ?? 0))
  .map(({ token }) => token);
const ORDER_OF_TOKEN = new Map(STACK.map((token, at) => [token, at]));
export const FREE = kindGroup(PageKind.Free).token;

/** Shares of a mark by colour token, in the order of a stack. */
export type Stack = readonly (readonly [token: string, share: number])[];

const stacks = new WeakMap<BlockRecord, Stack>();

export function stackOf(counts: ArrayLike<number>, pages: number, pinned: number): Stack {
  const byToken = new Map<string, number>();
  for (let kind = 0; kind < PAGE_KINDS; kind++) {
    const count = counts[kind] as number;
    if (count === 0 || kind === PageKind.Free) continue;
    const { token } = kindGroup(kind);
    byToken.set(token, (byToken.get(token) ?? 0) + count);
  }
  // A pinned page shows that it is pinned, whatever it holds: it takes its place from the largest share that can be pinned.
  if (pinned > 0) {
    const [largest] = [...byToken].sort((a, b) => b[1] - a[1]);
    if (largest) byToken.set(largest[0], Math.max(0, largest[1] - pinned));
    byToken.set(PINNED_TOKEN, pinned);
  }
  return [...byToken]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (ORDER_OF_TOKEN.get(a) ?? -1) - (ORDER_OF_TOKEN.get(b) ?? -1))
    .map(([token, count]) => [token, count / pages] as const);
}

export function stackOfBlock(block: BlockRecord): Stack {
  let stack = stacks.get(block);
  if (!stack) {
    stack = stackOf(block.kinds, block.pages, block.pinned);
    stacks.set(block, stack);
  }
  return stack;
}

/** Rectangles gathered by colour and paleness: a canvas is slow to change either. */
export class Brush {
  readonly #context: CanvasRenderingContext2D;
  readonly #rects = new Map<number, Map<string, number[]>>();

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  add(token: string, alpha: number, { x, y, width, height }: Rect): void {
    let tokens = this.#rects.get(alpha);
    if (!tokens) {
      tokens = new Map();
      this.#rects.set(alpha, tokens);
    }
    const list = tokens.get(token);
    if (list) list.push(x, y, width, height);
    else tokens.set(token, [x, y, width, height]);
  }

  paint(): void {
    const context = this.#context;
    for (const [alpha, tokens] of this.#rects) {
      context.globalAlpha = alpha;
      for (const [token, list] of tokens) {
        context.fillStyle = themeValue(token);
        for (let i = 0; i < list.length; i += 4)
          context.fillRect(list[i] as number, list[i + 1] as number, list[i + 2] as number, list[i + 3] as number);
      }
    }
    context.globalAlpha = 1;
    this.#rects.clear();
  }
}

const kindStacks = Array.from(
  { length: PAGE_KINDS },
  (_, kind): Stack => (kind === PageKind.Free ? [] : [[kindGroup(kind).token, 1]]),
);
export const stackOfKind = (kind: number): Stack => kindStacks[kind] ?? [];

export function stack(brush: Brush, shares: Stack, { x, y, width, height }: Rect, alpha: number): void {
  let bottom = y + height;
  for (const [token, share] of shares) {
    // The last pixel of something is not nothing.
    const high = Math.max(Math.min(1, height / 3), share * height);
    const top = Math.max(y, bottom - high);
    brush.add(token, alpha, { x, y: top, width, height: bottom - top });
    bottom = top;
  }
}
