/** What is known of one page: always in the same place, so that nothing covers the map. */
import { useWordChanges } from "../../client/language/react.ts";
import { occasionWords, ownerWords } from "../../client/owners.ts";
import { memo, type RefObject, useEffect, useState } from "react";
import { PageKind } from "../../engine/memory/kinds.ts";
import { kindToken } from "../kinds.ts";
import styles from "./memory-map.module.css";
import own from "./inspector.module.css";
import { LENS_COLUMNS, LENS_ROWS, lensWindow } from "./lens.ts";
import type { PageLayout } from "./page-geometry.ts";
import { memoryMapStrings as words } from "./strings.ts";
import type { Inspection } from "./use-inspection.ts";

/** Milliseconds that the keys must rest before the page is read out. */
const REST_MS = 350;

interface PageInspectorProps {
  readonly inspection: Inspection | null;
  /** Read out: the page was reached with the keys. */
  readonly spoken: boolean;
  readonly lens: RefObject<HTMLCanvasElement | null>;
  /** Index of the page in its section, and how the section is laid out: where the lens marks the page. */
  readonly page: number | null;
  readonly layout: PageLayout | undefined;
}

export const PageInspector = memo(function PageInspector(props: PageInspectorProps) {
  useWordChanges();
  const { inspection, spoken, lens, page, layout } = props;
  const info = inspection?.info;
  const mark = page !== null && layout ? lensWindow(layout, page) : null;
  return (
    <section className={own.inspector} aria-label={words.inspector}>
      <div className={styles.lens} data-empty={page === null}>
        <canvas ref={lens} aria-hidden="true" />
        {mark && (
          <i
            style={{
              left: `${(mark.markColumn / LENS_COLUMNS) * 100}%`,
              top: `${(mark.markRow / LENS_ROWS) * 100}%`,
              width: `${100 / LENS_COLUMNS}%`,
              height: `${100 / LENS_ROWS}%`,
            }}
          />
        )}
      </div>
      {info ? (
        <div className={own.facts}>
          <div className={styles.factsHead}>
            <i style={{ background: `var(${kindToken(info.kind)})` }} />
            <b>{words.page(info.kind)}</b>
            <code>{words.pfn(info.pfn)}</code>
            <span>{flagWords(info.flags, info.order)}</span>
          </div>
          <dl>
            <Fact term={words.fateTerm} value={words.fate(info)} full={words.fateSpoken(info)} tone={info.fate} />
            {info.kind !== PageKind.Free && <Fact term={words.owner} value={ownerWords(info.owner)} />}
            {info.mappedAt.length > 0 && <Fact term={words.mappedTerm} value={words.mapped(info.mappedAt)} mono />}
            {info.allocatedWhy && (
              <Fact
                term={words.allocatedTerm}
                value={words.allocated(inspection.at, info.allocatedAt, occasionWords(info.allocatedWhy))}
              />
            )}
            <Fact
              term={words.placeTerm}
              value={words.place(info.pageblock, info.pageblockType, info.zone, info.node)}
            />
          </dl>
        </div>
      ) : (
        <p className={styles.hint}>{words.inspectorEmpty}</p>
      )}
      <Spoken text={spoken && inspection ? words.spoken(inspection.info, inspection.at) : ""} />
    </section>
  );
});

function Fact({
  term,
  value,
  full = value,
  tone,
  mono = false,
}: {
  readonly term: string;
  readonly value: string;
  readonly full?: string;
  readonly tone?: string;
  readonly mono?: boolean;
}) {
  return (
    <div className={own.fact} data-tone={tone}>
      <dt>{term}</dt>
      <dd title={full}>{mono ? <code>{value}</code> : value}</dd>
    </div>
  );
}

/** A polite live region that waits for a rest, so that holding an arrow down doesn't queue up a hundred sentences. */
function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}

function flagWords(flags: number, order: number): string {
  const set = words.flags.filter((name, bit) => name !== "" && flags & (1 << bit));
  return [...set, ...(order > 0 ? [words.order(order)] : [])].join(", ");
}
