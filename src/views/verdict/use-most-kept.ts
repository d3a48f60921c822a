/** What a failed add kept is a cause of what starves later. */
import { usePlaygroundState } from "../../client/react.tsx";
import type { AttemptRecord } from "./attempts.ts";
import { startOf } from "./killed.ts";
import { mostKept } from "./stopped-strings.ts";

/** Finds the attempt that kept most on a partition since its kernel booted: a restart gives back what was kept before it. */
export function useMostKept(): (partition: string) => AttemptRecord | undefined {
  const attempts = usePlaygroundState(({ records }) => records.attempt);
  const log = usePlaygroundState((state) => state.log);
  return (partition) => mostKept(attempts, partition, startOf(log, partition) ?? 0);
}
