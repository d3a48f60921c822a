/**
 * What the page looks at while something goes on. When someone's attempt empties memory, the page map goes along with
 * it, block by block, and stops at the block that refused. As soon as the person chooses another block themselves they
 * are left alone, until the next attempt. It goes there in the display frame after the one that told of it: to take in a frame and to
 * render another block is too much for one.
 */
import type { Playground } from "../client/playground.ts";
import type { Records } from "../protocol/records.ts";

type AttemptRecord = Records["attempt"];

/** Starts following; returns how to stop. */
export function followAttempts(playground: Playground): () => void {
  /** Id of the attempt that is followed: one that someone asked for. */
  let followed: number | null = null;
  /** The block that following chose last; another one was chosen by a person. */
  let shown: string | null = null;
  /** Where it goes, and whether this display frame is still the one that told of it. */
  let goTo: string | null = null;
  let justTold = false;

  const go = (): void => {
    if (goTo === null) return;
    if (justTold) {
      justTold = false;
      playground.requestFrame();
      return;
    }
    const to = goTo;
    goTo = null;
    const { selection, records, cursor } = playground.store.getState();
    const { block } = selection;
    const strayed = block !== null && block !== shown;
    if (cursor || strayed || !records.block[to]) return;
    shown = to;
    if (to !== block) playground.select({ block: to });
  };
  const stopFrames = playground.onFrame(go);
  const stop = playground.store.subscribe((state, before) => {
    // Whoever looks at the past has seen it, and chooses what to look at.
    if (state.cursor || before.cursor) return;
    const { attempt: attempts } = state.records;
    // What a scenario's setup did is over when the page opens: nothing to go along with.
    if (attempts === before.records.attempt || before.status !== "running") return;
    const news = Object.values(attempts)
      .filter((attempt) => attempt.kind === "offline" || attempt.kind === "eject")
      .filter((attempt) => isNews(attempt, before.records.attempt[attempt.key]))
      .sort((a, b) => a.id - b.id);
    for (const attempt of news) {
      if (attempt.parent === null && !before.records.attempt[attempt.key]) {
        followed = attempt.id;
        shown = state.selection.block;
      }
      const block = attempt.id === followed || attempt.parent === followed ? blockOf(attempt) : null;
      if (block === null) continue;
      goTo = block;
      justTold = true;
      playground.requestFrame();
    }
  });
  return () => {
    stop();
    stopFrames();
  };
}

/** It has just begun, or just been stopped by a page. */
const isNews = (attempt: AttemptRecord, before: AttemptRecord | undefined): boolean =>
  !before || (attempt.culprit !== null && before.culprit === null);

function blockOf({ target, partition }: AttemptRecord): string | null {
  const number = /^memory(\d+)$/.exec(target)?.[1];
  return number === undefined ? null : `${partition}:${number}`;
}
