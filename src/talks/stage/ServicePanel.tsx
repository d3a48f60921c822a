/** What programs have, and what a DIMM still holds, over simulated time: one line stays flat while the other falls. */
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { usePlayground } from "../../client/react.tsx";
import type { Playground } from "../../client/playground.ts";
import type { TalkPlayer } from "../player.ts";
import styles from "./rich.module.css";
import { stageStrings } from "./strings.ts";

const words = stageStrings.service;
/** Of the picture, in units of its own. */
const WIDTH = 1000;
const HEIGHT = 300;
/** Instants that are drawn, at most; then every second one is left out. */
const MOST = 400;

interface Sample {
  readonly at: number;
  readonly programs: number;
  readonly dimm: number;
}

interface ServicePanelProps {
  readonly partition: string;
  readonly dimm: string;
  readonly player: TalkPlayer;
}

export function ServicePanel({ partition, dimm, player }: ServicePanelProps) {
  const playground = usePlayground();
  // A machine that is still being made has no service yet.
  const coming = useStore(player.store, (state) => state.coming);
  const samples = useRef<Sample[]>([]);
  const [, draw] = useState(0);
  useEffect(() => {
    if (coming) return;
    const look = () => {
      const sample = sampleOf(playground, partition, dimm);
      // Who goes back in time has seen only what was before.
      while ((samples.current.at(-1)?.at ?? -1) > sample.at) samples.current.pop();
      const last = samples.current.at(-1);
      if (last?.at === sample.at && last.dimm === sample.dimm) return;
      samples.current.push(sample);
      if (samples.current.length > MOST) samples.current = samples.current.filter((_, i) => i % 2 === 0);
      draw((count) => count + 1);
    };
    look();
    return playground.onFrame(look);
  }, [playground, partition, dimm, coming]);
  const drawn = samples.current;
  const first = drawn[0]?.at ?? 0;
  const span = Math.max(1, (drawn.at(-1)?.at ?? 0) - first);
  const most = drawn.reduce((max, { programs, dimm: held }) => Math.max(max, programs, held), 1);
  const way = (of: (sample: Sample) => number) =>
    drawn
      .map(
        (sample, i) =>
          `${i === 0 ? "M" : "L"}${(((sample.at - first) / span) * WIDTH).toFixed(1)} ${(HEIGHT - (of(sample) / most) * HEIGHT * 0.92).toFixed(1)}`,
      )
      .join("");
  const now = drawn.at(-1);
  return (
    <div className={styles.service}>
      <svg viewBox={`0 -8 ${WIDTH} ${HEIGHT + 16}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={`M0 ${HEIGHT}H${WIDTH}`} className={styles.axis} />
        <path d={way(({ dimm: held }) => held)} className={styles.held} />
        <path d={way(({ programs }) => programs)} className={styles.programs} />
      </svg>
      <p>
        <span data-what="programs">{words.programs(now?.programs ?? 0)}</span>
        <span data-what="held">{words.held(dimm, now?.dimm ?? 0)}</span>
      </p>
    </div>
  );
}

function sampleOf(playground: Playground, partition: string, dimm: string): Sample {
  const { records, now } = playground.store.getState();
  const programs = Object.values(records.process).reduce(
    (sum, process) => sum + (process.partition === partition ? process.pages : 0),
    0,
  );
  return { at: now, programs, dimm: records.dimm[dimm]?.usedPages ?? 0 };
}
