/** What changes with the kernel that was just chosen: rows of the two profiles, over the box until put away. */
import { machineWords } from "../client/machine-words.ts";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { usePlayground } from "../client/react.tsx";
import type { KernelVersion } from "../engine/hardware/description.ts";
import { fetchCode } from "../client/language/fetch-code.ts";
import { watchKernels } from "./kernel-choice.ts";
import styles from "./kernel-changes.module.css";
import { helpStrings } from "./help-strings.ts";

interface Change {
  readonly from: KernelVersion;
  readonly to: KernelVersion;
}
type Code = typeof import("./kernel-rows.ts");

export function KernelChanges() {
  const playground = usePlayground();
  const [change, setChange] = useState<Change | null>(null);
  const [code, setCode] = useState<Code | null>(null);
  useEffect(
    () =>
      watchKernels(playground, (from, to) => {
        setChange({ from, to });
        // Where it can't be fetched the kernel runs all the same, and the next choice asks again.
        fetchCode(() => import("./kernel-rows.ts"), "changedRows").then(setCode, () => undefined);
      }),
    [playground],
  );
  return (
    change &&
    code && <Rows key={`${change.from} ${change.to}`} {...change} code={code} onClose={() => setChange(null)} />
  );
}

function Rows({ from, to, code, onClose }: Change & { readonly code: Code; onClose(): void }) {
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    ref.current?.showPopover();
  }, []);
  const { kernelChangesStrings: strings, changedRows, describeProfile } = code;
  const rows = changedRows(from, to);
  const titles = { from: machineWords.kernel(describeProfile(from)), to: machineWords.kernel(describeProfile(to)) };
  return (
    <section
      ref={ref}
      popover="auto"
      className={styles.changes}
      aria-label={strings.title(titles.from, titles.to)}
      onToggle={(event) => {
        if (event.newState === "closed") onClose();
      }}
    >
      <header>
        <h2>{strings.title(titles.from, titles.to)}</h2>
        <p role="status">{strings.count(rows.length)}</p>
        <button type="button" aria-label={helpStrings.dialog.close} onClick={() => ref.current?.hidePopover()}>
          <X aria-hidden />
        </button>
      </header>
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys.
        <section className={styles.scrolls} aria-label={strings.count(rows.length)} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{strings.what}</th>
                <th scope="col">{titles.from}</th>
                <th scope="col">{titles.to}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name} title={row.name}>
                  <th scope="row">{strings.label(row.name)}</th>
                  <td>{strings.value(row.from)}</td>
                  <td>{strings.value(row.to)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
