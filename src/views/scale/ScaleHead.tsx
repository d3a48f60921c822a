/** The head of the picture of all memory: where one is, which partition, how it is shown. */
import type { ReactNode, RefObject } from "react";
import { machineWords } from "../../client/machine-words.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { PAGE_SIZE } from "../../engine/units.ts";
import frame from "../frame.module.css";
import type { Twin } from "../use-twin.ts";
import { trail } from "./describe.ts";
import type { Memory } from "./memory.ts";
import styles from "./scale.module.css";
import { scaleStrings as words } from "./strings.ts";
import type { Place } from "./use-place.ts";

interface ScaleHeadProps {
  readonly tabs: ReactNode;
  /** Ids of the title, and of the button that says what comes next. */
  readonly title: string;
  readonly twin: string;
  readonly memory: Memory | null;
  readonly partition: string | null;
  readonly place: Place;
  /** Whether the stops stand side by side; `null` where there is no room for that. */
  readonly sides: boolean | null;
  readonly both: Twin;
  readonly zoomer: RefObject<((factor: number) => void) | null>;
  onSides(sides: boolean): void;
}

export function ScaleHead(props: ScaleHeadProps) {
  const { tabs, title, twin, memory, partition, place, sides, both, zoomer, onSides } = props;
  const playground = usePlayground();
  const records = usePlaygroundState((state) => state.records.partition);
  const partitions = Object.values(records);
  const { path, depth, go } = place;
  const { asTable } = both;
  const blocks = memory?.nodes.reduce((sum, node) => sum + node.blocks.length, 0) ?? 0;
  return (
    <header className={frame.head}>
      {tabs}
      <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
        {words.title}
      </h2>
      {memory && (
        <nav aria-label={words.trail} className={styles.trail}>
          <ol>
            {trail(memory, path, depth, blocks * memory.pagesOfBlock * PAGE_SIZE).map(([name, level], at, all) => (
              <li key={name}>
                {at === all.length - 1 ? (
                  <b aria-current="location">{name}</b>
                ) : (
                  <button type="button" className="word-button" onClick={() => go(path, level)}>
                    {name}
                  </button>
                )}
              </li>
            ))}
          </ol>
        </nav>
      )}
      {partitions.length > 1 && (
        <select
          className={styles.choose}
          aria-label={words.partitions}
          value={partition ?? ""}
          onChange={({ target: { value } }) =>
            playground.select({ node: records[value]?.nodes[0] ?? null, block: null, pfn: null })
          }
        >
          {partitions.map(({ key, name }) => (
            <option key={key} value={key}>
              {machineWords.partition(name)}
            </option>
          ))}
        </select>
      )}
      <span className={styles.tools}>
        {sides !== true && !asTable && (
          <>
            <button
              type="button"
              aria-label={words.zoomOut}
              title={words.zoomOut}
              onClick={() => zoomer.current?.(1 / 1.5)}
            >
              −
            </button>
            <button type="button" aria-label={words.zoomIn} title={words.zoomIn} onClick={() => zoomer.current?.(1.5)}>
              +
            </button>
          </>
        )}
        {sides !== null && !asTable && (
          <button type="button" aria-pressed={sides} onClick={() => onSides(!sides)}>
            {sides ? words.sides.zoom : words.sides.frames}
          </button>
        )}
        <button {...both.button} id={twin}>
          {asTable ? words.picture : words.twin}
        </button>
      </span>
    </header>
  );
}
