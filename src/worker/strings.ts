/** What the worker says in words. */
export const workerStrings = {
  /** In a terminal, when the machine is at another instant than it was. `at`: simulated ns since power-on. */
  elsewhere: (at: number) =>
    `The machine is as it was at ${(at / 1e9).toFixed(6)} s since power-on, and so is this shell.`,
  /** In a terminal, when another simulator has made its machine again. */
  replaced: (at: number) =>
    `The simulator was replaced. The machine, its processes and this shell are as they were at ${(at / 1e9).toFixed(6)} s since power-on.`,
} as const;
