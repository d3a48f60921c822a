/** What the letters on memory blocks stand for: only those that are in the picture. */
import { usePlaygroundState } from "../../client/react.tsx";
import type { Panel } from "../format.ts";
import styles from "./zones.module.css";
import { stageStrings as words } from "./strings.ts";

export function ZoneLegend({ panels }: { readonly panels: readonly Panel[] }) {
  const partitions = panels.flatMap((panel) =>
    panel.show === "box" ? panel.partitions : panel.show === "zones" ? [panel.partition] : [],
  );
  const shown = usePlaygroundState(({ records }) => {
    const here = new Set<string>();
    for (const { key, state, zone } of Object.values(records.block))
      if (partitions.includes(key.split(":")[0] ?? "")) here.add(letterOf(state, zone));
    return [...here].join("");
  });
  if (shown === "") return null;
  return (
    <dl className={styles.legend}>
      {words.zones.legend
        .filter(([letter]) => shown.includes(letter))
        .map(([letter, zone]) => (
          <div key={letter}>
            <dt>{letter}</dt>
            <dd>{zone}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The letter of a block on the stage. */
export function letterOf(state: string, zone: string | null): string {
  if (state === "offline") return words.zones.offline;
  return zone === null ? words.zones.several : (words.zones.short[zone] ?? zone);
}
