import type { RecordTables } from "./playground.ts";

/** Whether an operation runs: loads can go on for ever, operations end. */
export const atWork = ({ attempt }: Pick<RecordTables, "attempt">): boolean =>
  Object.values(attempt).some(({ result }) => result === "running");
