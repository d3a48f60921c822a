/** The second half of the picture, which is read: how fast, in which pass, why some stay, one page's way, and what is paid. */
import { memo, useMemo } from "react";
import { useWords } from "../../client/language/react.ts";
import type { Followed, MigrationState } from "../../engine/inspect/index.ts";
import { useSecond } from "../use-second.ts";
import { FollowedFigure } from "./FollowedFigure.tsx";
import { type Filter, keptBy } from "./filter.ts";
import { Passes, RateFigure, Reasons } from "./Measures.tsx";
import styles from "./migration.module.css";
import { PaidFigure } from "./PaidFigure.tsx";
import type { Distances } from "./paid-bars.ts";
import { migrationStrings as words } from "./strings.ts";
import { useSame } from "./use-same.ts";

interface SecondHalfProps {
  /** `null`: still to come. */
  readonly state: MigrationState | null;
  readonly page: Followed | null;
  readonly filter: Filter | null;
  /** Version of the kernel whose functions are named. */
  readonly kernel: string;
  /** Pages of 4 KiB of a memory block. */
  readonly blockPages: number;
  /** Page that is selected. */
  readonly selected: number | null;
  readonly distances: Distances;
  onPage(pfn: number): void;
  onFollow(pfn: number | null): void;
  onFilter(filter: Filter): void;
}

export const SecondHalf = memo(function SecondHalf(props: SecondHalfProps) {
  const { state, filter, blockPages, onPage, onFilter } = props;
  useWords(words);
  const kept = useMemo(() => state && filter && keptBy(state, filter), [state, filter]);
  const page = useSame(props.page);
  const reasons = useSame(state?.reasons ?? null);
  const lower = useSecond(state !== null);
  return (
    <>
      <div className={styles.measures}>
        {state && reasons && (
          <>
            <RateFigure state={state} only={filter?.by === "kind" ? filter.of : null} />
            <Passes {...{ state, filter, kept, onFilter }} />
            <Reasons {...{ reasons, filter, kept, onFilter, onPage }} />
          </>
        )}
      </div>
      <div className={styles.lower} data-coming={lower ? undefined : ""}>
        {state && lower && (
          <>
            <FollowedFigure
              page={page}
              kernel={props.kernel}
              moving={state.endedAt === null}
              selected={props.selected}
              blockPages={blockPages}
              onFollow={props.onFollow}
              onPage={onPage}
            />
            <PaidFigure state={state} distances={props.distances} />
          </>
        )}
      </div>
    </>
  );
});
