/** The Compare tab: two futures of one machine, or a recorded kernel beside the simulation. */
import { type ReactNode, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import styles from "./compare.module.css";
import { RealBeside } from "./RealBeside.tsx";
import { compareStrings as words } from "./strings.ts";
import { TwoFutures } from "./TwoFutures.tsx";

type Mode = "futures" | "trace";
/** Which of the two a playground's page looked at last. */
const last = new WeakMap<object, Mode>();

export function CompareView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const [mode, setMode] = useState<Mode>(last.get(playground) ?? "futures");
  const choose = (next: Mode) => {
    last.set(playground, next);
    setMode(next);
  };
  const modes = (
    <fieldset className={styles.modes} aria-label={words.modes.label}>
      {(["futures", "trace"] as const).map((one) => (
        <button key={one} type="button" aria-pressed={mode === one} onClick={() => choose(one)}>
          {words.modes[one]}
        </button>
      ))}
    </fieldset>
  );
  return mode === "futures" ? <TwoFutures tabs={tabs} modes={modes} /> : <RealBeside tabs={tabs} modes={modes} />;
}
