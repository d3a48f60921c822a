/** A DIMM that was reported to a kernel whose driver of memory devices was switched off: why nothing came of it, and what mends it. */
import { noDriverStrings as words } from "./no-driver-strings.ts";
import styles from "./stopped.module.css";

export function NoDriver({ dimm, line }: { readonly dimm: string; readonly line: string }) {
  return (
    <section className={styles.stopped} data-late-rule={dimm} aria-labelledby={`no-driver-${dimm}`}>
      <div role="status">
        <h3 id={`no-driver-${dimm}`}>{words.head(dimm)}</h3>
      </div>
      <p>{words.why}</p>
      <p>{words.cause(line)}</p>
      <p>{words.remedy}</p>
    </section>
  );
}
