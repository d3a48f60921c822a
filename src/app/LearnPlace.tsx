/** Lessons in the page: their code is fetched when the first is opened. */
import { type ComponentType, useEffect, useState } from "react";
import { fetchCode } from "../client/language/fetch-code.ts";
import styles from "./layout.module.css";
import { NotFetched } from "./NotFetched.tsx";
import { appStrings } from "./strings.ts";

type Fetched = typeof import("./Learn.tsx");

interface LearnPlaceProps {
  readonly part: "column" | "index" | "predict" | "write";
}

/** The column of a lesson, or of one that is written, the list of all, or an exercise; which, the address says. */
export function LearnPlace({ part }: LearnPlaceProps) {
  const [code, setCode] = useState<Fetched | "missing" | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another fetch.
  useEffect(() => {
    let stays = true;
    fetchCode(() => import("./Learn.tsx"), "LearnColumn").then(
      (fetched) => stays && setCode(fetched),
      () => stays && setCode("missing"),
    );
    return () => {
      stays = false;
    };
  }, [tries]);
  if (code !== null && code !== "missing") {
    const parts: Readonly<Record<LearnPlaceProps["part"], ComponentType>> = {
      column: code.LearnColumn,
      index: code.LearnIndex,
      predict: code.LearnPredict,
      write: code.LearnWrite,
    };
    const Part = parts[part];
    return <Part />;
  }
  return (
    <section className={styles.coming} aria-label={appStrings.learn.title}>
      {code === "missing" && (
        <NotFetched
          text={appStrings.late.missing}
          again={appStrings.late.again}
          onAgain={() => {
            setCode(null);
            setTries(tries + 1);
          }}
        />
      )}
    </section>
  );
}
