/** The small things beside a slot: LED, attention button, menu, cancel, and the verdict that hangs on a module. */
import { ArrowUpFromLine, Ellipsis, X } from "lucide-react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import type { Led as LedState } from "../../protocol/records.ts";
import { useBox } from "./context.ts";
import styles from "./controls.module.css";
import { boxStrings } from "./strings.ts";

/** Lit, blinking or faulty as on a real machine; the words are in the module's label. */
export function Led({ led }: { readonly led: LedState }) {
  return <span className={styles.led} data-led={led} title={boxStrings.led(led)} />;
}

interface ForDimm {
  readonly dimm: string;
  readonly tabIndex: 0 | -1;
}

export function AttentionButton({ dimm, tabIndex }: ForDimm) {
  const { carriage } = useBox();
  return (
    <button
      type="button"
      className={styles.attention}
      data-control="attention"
      tabIndex={tabIndex}
      aria-label={boxStrings.attention(dimm)}
      title={boxStrings.attentionTitle}
      onClick={() => carriage.press(dimm)}
    >
      <ArrowUpFromLine aria-hidden="true" />
    </button>
  );
}

export function MenuButton({ dimm, tabIndex }: ForDimm) {
  const { openMenu } = useBox();
  return (
    <button
      type="button"
      className={styles.menu}
      data-control="menu"
      tabIndex={tabIndex}
      aria-haspopup="menu"
      aria-label={boxStrings.menu(dimm)}
      title={boxStrings.menuTitle}
      onClick={() => openMenu(dimm)}
    >
      <Ellipsis aria-hidden="true" />
    </button>
  );
}

export function CancelButton({ dimm }: { readonly dimm: string }) {
  const { carriage } = useBox();
  return (
    <button
      type="button"
      className={styles.cancel}
      data-control="cancel"
      aria-label={boxStrings.cancel(dimm)}
      title={boxStrings.cancel(dimm)}
      onClick={() => carriage.cancelEject(dimm)}
    >
      <X aria-hidden="true" />
    </button>
  );
}

/** Errno of the DIMM's last attempt when that failed; choosing it shows why. */
export function VerdictBadge({ dimm }: { readonly dimm: string }) {
  const playground = usePlayground();
  const attempt = usePlaygroundState(({ records }) => records.dimm[dimm]?.attempt ?? null);
  const errno = usePlaygroundState(({ records }) => {
    const verdict = attempt === null ? undefined : records.attempt[attempt];
    return verdict?.result === "failed" ? (verdict.errno ?? "EIO") : null;
  });
  const phase = usePlaygroundState(({ records }) => records.dimm[dimm]?.phase);
  if (errno === null || phase === "ejecting" || phase === "inserting") return null;
  const cancelled = errno === "EINTR";
  return (
    <button
      type="button"
      className={styles.verdict}
      data-control="verdict"
      data-cancelled={cancelled || undefined}
      aria-label={cancelled ? boxStrings.verdictCancelled(dimm) : boxStrings.verdict(dimm, errno)}
      onClick={() => playground.select({ dimm, attempt })}
    >
      {cancelled ? boxStrings.cancelledBadge : errno}
    </button>
  );
}
