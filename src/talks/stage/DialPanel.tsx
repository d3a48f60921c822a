/** A setting that the clicker turns: all of its stops, and the one that is set. Of two it is a switch. */
import styles from "./rich.module.css";

export function DialPanel({
  label,
  stops,
  at,
}: {
  readonly label: string;
  readonly stops: readonly string[];
  readonly at: number;
}) {
  return (
    <div className={styles.dial} data-switch={stops.length === 2 || undefined}>
      <code>{label}</code>
      <ol>
        {stops.map((stop, i) => (
          <li key={stop} aria-current={i === at ? "true" : undefined}>
            {stop}
          </li>
        ))}
      </ol>
    </div>
  );
}
