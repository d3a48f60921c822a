/** What the colours of all memory mean: of what is in it, not of all that there could be. */
import { useMemo } from "react";
import { PINNED_TOKEN } from "../kinds.ts";
import { legendOf } from "./describe.ts";
import type { Memory } from "./memory.ts";
import styles from "./scale.module.css";
import { scaleStrings as words } from "./strings.ts";

/** `searched`: hits are marked. */
export function Legend({ memory, searched }: { readonly memory: Memory; readonly searched: boolean }) {
  const { groups, pinned } = useMemo(() => legendOf(memory), [memory]);
  return (
    <ul className={styles.legend} aria-label={words.legend}>
      {groups.map(({ id, token, label }) => (
        <li key={id}>
          <i style={{ background: `var(${token})` }} />
          {label}
        </li>
      ))}
      {pinned && (
        <li>
          <i style={{ background: `var(${PINNED_TOKEN})` }} />
          {words.legendPinned}
        </li>
      )}
      {searched && (
        <li>
          <i className={styles.foundKey} />
          {words.legendFound}
        </li>
      )}
    </ul>
  );
}
