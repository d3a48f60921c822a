import { Check as Passed, LoaderCircle, X } from "lucide-react";
import type { Check } from "../../engine/chronicle/outcome.ts";
import { checkTexts, verdictStrings as strings } from "./strings.ts";
import styles from "./verdict.module.css";

const SIGNS = { pass: Passed, fail: X, pending: LoaderCircle } as const;

/** The chain of checks, in the kernel's order. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  if (checks.length === 0) return null;
  return (
    <ol className={styles.checks} aria-label={strings.checks}>
      {checks.map((check, index) => {
        const text = checkTexts[check.rule];
        const Sign = SIGNS[check.verdict];
        return (
          // The same rule can be checked twice in one attempt.
          // biome-ignore lint/suspicious/noArrayIndexKey: checks are only ever appended
          <li key={index} data-verdict={check.verdict} title={`${text.asks} ${strings.where(check.where)}`}>
            <Sign className={styles.sign} role="img" aria-label={strings.checkVerdict[check.verdict]} />
            <span>
              <b>{text.title}</b> <span className={styles.finding}>{text[check.verdict](check.data)}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
