/** How much of a page has moved since it was opened without anyone asking for it. */

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
}

/** Runs in the page: the sum of its layout shifts so far, as Chromium counts them (0: nothing moved). */
export function layoutShift(): Promise<number> {
  return new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[]) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    // Entries of the past come in a task of their own, if there are any.
    setTimeout(() => resolve(sum), 100);
  });
}
