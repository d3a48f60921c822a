/**
 * Motion from before and after: whatever stood elsewhere a moment ago slides from there to where it is now. Nothing
 * is scripted, so undo, replay and a shell line move DIMMs as a drag does.
 *
 * Elements carry `data-flip`: a DIMM's key for the module itself, `ghost:KEY` for its likeness (in the hand, or waiting
 * at its destination). A module whose ghost vanished while it stayed where it was comes home from where the ghost was;
 * one that was laid down by hand (`data-held`) is there already and doesn't fly in a second time.
 */
export interface Flip {
  /** Remembers where everything is. Call before the page changes. */
  capture(): void;
  /** Slides what moved. Call when the page has changed, before it is drawn. */
  play(): void;
}

const MOTION = { duration: 380, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" };

export function createFlip(root: HTMLElement): Flip {
  let before: Map<string, DOMRect> | null = null;
  const held = new Set<string>();
  const flipped = () => root.querySelectorAll<HTMLElement>("[data-flip]");
  return {
    capture() {
      if (before) return;
      before = new Map();
      held.clear();
      for (const element of flipped()) {
        const box = element.getBoundingClientRect();
        const key = element.dataset.flip ?? "";
        if (box.width > 0) before.set(key, box);
        if (element.hasAttribute("data-held")) held.add(key);
      }
    },
    play() {
      const was = before;
      before = null;
      if (!was || was.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      const now = new Map([...flipped()].map((element) => [element.dataset.flip ?? "", element]));
      // All are looked at before one begins to slide: else the page is laid out anew for each.
      const boxes = [...now].map(([key, element]) => [key, element, element.getBoundingClientRect()] as const);
      for (const [key, element, box] of boxes) {
        const own = was.get(key);
        const ghost = `ghost:${key}`;
        const homecoming = own !== undefined && !movedFar(own, box);
        const ghostGone = was.has(ghost) && !now.has(ghost);
        const from = ghostGone && (homecoming || held.has(ghost)) ? was.get(ghost) : own;
        if (from && box.width > 0 && movedFar(from, box)) slide(element, from, box);
      }
    },
  };
}

const movedFar = (from: DOMRect, to: DOMRect) => Math.abs(from.x - to.x) + Math.abs(from.y - to.y) > 6;

const sliding = new WeakMap<HTMLElement, Animation>();

function slide(element: HTMLElement, from: DOMRect, to: DOMRect): void {
  const dx = from.x + from.width / 2 - (to.x + to.width / 2);
  const dy = from.y + from.height / 2 - (to.y + to.height / 2);
  // Upright in a slot, lying on the shelf: it turns on its way.
  const turns = from.width > from.height !== to.width > to.height;
  const scale = (turns ? from.height / to.width : from.width / to.width) || 1;
  const start = `translate(${dx}px, ${dy}px) rotate(${turns ? (to.width > to.height ? 90 : -90) : 0}deg) scale(${scale})`;
  const motion = element.animate?.({ transform: [start, "none"] }, MOTION);
  if (!motion) return;
  // Over what it passes. Not a part of the motion: one that moves nothing but what is drawn runs without the page, and one
  // with an order in it has the page styled, laid out and painted anew in each of its frames.
  element.style.zIndex = "5";
  sliding.set(element, motion);
  const settle = () => {
    // It may have set off again.
    if (sliding.get(element) === motion) element.style.zIndex = "";
  };
  motion.finished.then(settle, settle);
}
