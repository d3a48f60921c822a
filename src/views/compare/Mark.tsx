/** Whether two answers agree, as a mark: an equals sign in a ring, a filled unequal sign, a dashed ring. */
import styles from "./compare.module.css";

export type Agreement = "equal" | "unequal" | "uncompared";

interface MarkProps {
  readonly is: Agreement;
  /** As it is read out; without, it stands beside its words. */
  readonly label?: string;
}

export const Mark = ({ is, label }: MarkProps) => (
  <svg
    className={styles.mark}
    data-is={is}
    viewBox="-9 -9 18 18"
    role={label === undefined ? undefined : "img"}
    aria-label={label}
    aria-hidden={label === undefined ? true : undefined}
  >
    <circle r="8" />
    {is !== "uncompared" && <path d={is === "equal" ? "M-5-2.2H5M-5 2.2H5" : "M-5-2.2H5M-5 2.2H5M3-6-3 6"} />}
  </svg>
);
