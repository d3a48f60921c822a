import { Check as Passed, LoaderCircle, X } from "lucide-react";
import type { Check } from "../../engine/chronicle/outcome.ts";
import { FunctionName } from "../glossary/FunctionName.tsx";
import { checkTexts, verdictStrings as strings } from "./strings.ts";
import styles from "./verdict.module.css";

const SIGNS = { pass: Passed, fail: X, pending: LoaderCircle } as const;

interface CheckListProps {
  readonly checks: readonly Check[];
  /** Version of the kernel that was asked. */
  readonly kernel: string;
}

/** The chain of checks, in the kernel's order. What passed before the one that failed stands folded: the one is in sight. */
export function CheckList({ checks, kernel }: CheckListProps) {
  if (checks.length === 0) return null;
  const failed = checks.findIndex(({ verdict }) => verdict === "fail");
  const folded = failed < 2 ? [] : checks.slice(0, failed);
  return (
    <ol className={styles.checks} aria-label={strings.checks}>
      {folded.length > 0 && (
        <li>
          <Passed className={styles.sign} data-verdict="pass" role="img" aria-label={strings.checkVerdict.pass} />
          <details>
            <summary>{strings.passedBefore(folded.map(({ rule }) => checkTexts[rule].title))}</summary>
            <Rows checks={folded} kernel={kernel} inside />
          </details>
        </li>
      )}
      <Rows checks={checks.slice(folded.length)} kernel={kernel} />
    </ol>
  );
}

/** `inside`: a list of its own, in the fold. */
function Rows({ checks, kernel, inside = false }: CheckListProps & { readonly inside?: boolean }) {
  const rows = checks.map((check, index) => {
    const text = checkTexts[check.rule];
    const Sign = SIGNS[check.verdict];
    return (
      // The same rule can be checked twice in one attempt.
      // biome-ignore lint/suspicious/noArrayIndexKey: checks are only ever appended
      <li key={index} data-verdict={check.verdict} title={text.asks}>
        <Sign className={styles.sign} role="img" aria-label={strings.checkVerdict[check.verdict]} />
        <span>
          <b>{text.title}</b> <span className={styles.finding}>{text[check.verdict](check.data)}</span>{" "}
          <span className={styles.decided}>
            <span className="visually-hidden">{strings.decidedIn} </span>
            <FunctionName name={check.where} version={kernel} />
          </span>
        </span>
      </li>
    );
  });
  return inside ? <ol className={styles.checks}>{rows}</ol> : rows;
}
