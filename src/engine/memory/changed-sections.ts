/**
 * A reader of a page array that asks what has changed since it last asked. Any number of them read the same array, each at
 * its own pace: what one has seen is its own, the array only counts.
 */
import type { PageArray } from "./page-array.ts";

export class ChangedSections {
  private readonly pages: PageArray;
  private readonly seen: Uint32Array;
  private seenAll = -1;

  /** Begins with everything unseen. */
  constructor(pages: PageArray) {
    this.pages = pages;
    this.seen = pages.revisionOf.map((revision) => revision - 1);
  }

  /** Sections with a page whose kind or flags, or a pageblock whose type, changed since the last call; ascending. */
  read(): number[] {
    const { revision, revisionOf } = this.pages;
    if (revision === this.seenAll) return [];
    this.seenAll = revision;
    const changed: number[] = [];
    for (let section = 0; section < revisionOf.length; section++) {
      if (revisionOf[section] === this.seen[section]) continue;
      this.seen[section] = revisionOf[section] as number;
      changed.push(section);
    }
    return changed;
  }
}
