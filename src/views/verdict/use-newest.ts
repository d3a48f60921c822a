/** When someone begins another attempt, the verdict goes along with it, whatever was looked up before. */
import { useEffect } from "react";
import { usePlayground } from "../../client/react.tsx";
import { topLevel } from "./attempts.ts";

export function useNewest(): void {
  const playground = usePlayground();
  useEffect(
    () =>
      playground.store.subscribe(({ records, selection }, before) => {
        if (selection.attempt === null || records.attempt === before.records.attempt) return;
        const newest = topLevel(records.attempt).at(-1);
        if (newest && !before.records.attempt[newest.key]) playground.select({ attempt: null });
      }),
    [playground],
  );
}
