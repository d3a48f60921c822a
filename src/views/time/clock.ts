/** Simulated time as the clock shows it. */

/** `00:12.481` */
export function clockTime(ns: number): string {
  const ms = Math.floor(ns / 1e6);
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor(ms / 1000) % 60;
  return `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}.${String(ms % 1000).padStart(3, "0")}`;
}
