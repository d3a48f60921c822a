/**
 * Small choices that outlast a visit. Where storage is forbidden (a sandboxed frame) or full they last as long as the
 * page: what was chosen here goes before what is stored from before.
 */
const here = new Map<string, string | null>();

export function remembered(key: string): string | null {
  const chosen = here.get(key);
  if (chosen !== undefined) return chosen;
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** `null` forgets. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
    here.delete(key);
  } catch {
    here.set(key, value);
  }
}
