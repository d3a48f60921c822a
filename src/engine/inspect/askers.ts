/** Who may ask where an allocation would go, and by which policy: apart from the answer, so that a question costs nothing. */

/** In the order in which they are offered. */
export const ASKERS = ["kernel", "cache", "atomic", "user", "movable", "huge"] as const;
export type Asker = (typeof ASKERS)[number];

export const POLICIES = ["default", "bind", "preferred", "interleave"] as const;

export interface Ask {
  readonly asker: Asker;
  /** 0 to 10; a huge page is always of order 9. */
  readonly order: number;
  /** The CPU's node (default), or the node of the policy; of `interleave` the node whose turn it is. */
  readonly node: number;
  readonly policy: (typeof POLICIES)[number];
}
