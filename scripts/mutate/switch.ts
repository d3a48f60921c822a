/** The switch of each mutant, as mutated code asks it. At most one is on. */

/** Number of the mutant that is on; -1 for none. */
let on = Number(process.env.MUTANT ?? -1);
let asked = 0;
let limit = Number.POSITIVE_INFINITY;
/** Places that were passed, by mutant; `null` while nobody asks. */
let passed: Uint8Array | null = null;

/** Whether a mutant is on. Who asks much more often than it does without the mutant is in a loop without an end. */
export function m(id: number): boolean {
  if (++asked > limit) throw new Error("goes on without an end");
  if (passed !== null) passed[id] = 1;
  return on === id;
}

/** Turns one mutant on (-1: none), which may ask so often. */
export function turn(id: number, most = Number.POSITIVE_INFINITY): void {
  on = id;
  asked = 0;
  limit = most;
}

/** Notes which of so many mutants are passed from now on. */
export function note(mutants: number): void {
  passed = new Uint8Array(mutants);
  asked = 0;
}

/** What was passed since `note`, and how often a switch was asked. */
export function noted(): { readonly passed: readonly number[]; readonly asked: number } {
  const all = passed ?? new Uint8Array(0);
  passed = null;
  const ids: number[] = [];
  for (const [id, was] of all.entries()) if (was === 1) ids.push(id);
  return { passed: ids, asked };
}
