/** The blocks of a DIMM that is being emptied, in a row; each opens what became of it. */
import { memo, useCallback } from "react";
import { useWords } from "../../client/language/react.ts";
import type { Records } from "../../protocol/records.ts";
import styles from "./migration.module.css";
import { migrationStrings as words } from "./strings.ts";

type Step = Records["attempt"]["steps"][number];

interface BlocksProps {
  readonly steps: readonly Step[];
  /** Attempt on the block that is shown. */
  readonly shown: number | null | undefined;
  onChoose(attempt: number | null): void;
}

export function Blocks({ steps, shown, onChoose }: BlocksProps) {
  return (
    <ul className={styles.blocks} aria-label={words.blocks}>
      {steps.map(({ target, state, attempt }) => (
        <Block key={target} {...{ target, state, attempt, onChoose }} pressed={attempt === shown} />
      ))}
    </ul>
  );
}

interface BlockProps extends Pick<Step, "target" | "state" | "attempt">, Pick<BlocksProps, "onChoose"> {
  readonly pressed: boolean;
}

const Block = memo(function Block({ target, state, attempt, pressed, onChoose }: BlockProps) {
  useWords(words);
  const choose = useCallback(() => onChoose(attempt), [onChoose, attempt]);
  return (
    <li>
      <button type="button" data-state={state} aria-pressed={pressed} onClick={choose}>
        {target} <small>{words.stepStates[state]}</small>
      </button>
    </li>
  );
});
