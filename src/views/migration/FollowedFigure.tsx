/** One page on its way: two frames, its page-table entry, and the five functions. */
import { memo, useEffect, useState } from "react";
import { useWords } from "../../client/language/react.ts";
import type { Followed } from "../../engine/inspect/index.ts";
import { calledIn, type KernelFunction } from "../../engine/chronicle/functions.ts";
import { FunctionName } from "../glossary/FunctionName.tsx";
import { FUNCTION_WORDS } from "../function-words.ts";
import styles from "./migration.module.css";
import own from "./followed.module.css";
import { migrationStrings as words } from "./strings.ts";

const WAY: readonly KernelFunction[] = [
  "isolate_lru_page",
  "try_to_migrate",
  "migrate_folio",
  "remove_migration_ptes",
  "free_one_page",
];

interface FollowedFigureProps {
  readonly page: Followed | null;
  /** Version of the kernel whose names are shown. */
  readonly kernel: string;
  readonly moving: boolean;
  /** Page that is selected. */
  readonly selected: number | null;
  /** Pages of 4 KiB of a memory block. */
  readonly blockPages: number;
  onFollow(pfn: number | null): void;
  onPage(pfn: number): void;
}

export const FollowedFigure = memo(function FollowedFigure(props: FollowedFigureProps) {
  const { page, kernel, moving, selected, blockPages, onFollow, onPage } = props;
  useWords(words);
  /** Step whose moment is shown; `null`: now. */
  const [shown, setShown] = useState<number | null>(null);
  const pfn = page?.pfn;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another story.
  useEffect(() => setShown(null), [pfn]);
  const last = (page?.steps.length ?? 0) - 1;
  const at = shown === null ? last : Math.min(shown, last);
  const go = (to: number) => setShown(to >= last ? null : Math.max(0, to));
  return (
    <section className={own.followed} aria-label={words.followed}>
      <h3>
        {words.followed} <small>{page ? words.whose(page) : ""}</small>
        <span className={styles.follow}>
          {page && page.outcome !== "moved" && (
            <small>{page.tries > 1 ? words.tries(page.tries) : words.outcome[page.outcome]}</small>
          )}
          {selected !== null && selected !== page?.pfn && (
            <button type="button" aria-keyshortcuts={words.followKey} onClick={() => onFollow(selected)}>
              {words.followChosen(selected)} <kbd>{words.followKey}</kbd>
            </button>
          )}
          {page && page.steps.length > 1 && (
            <>
              <button type="button" aria-label={words.back} aria-disabled={at <= 0} onClick={() => go(at - 1)}>
                ‹
              </button>
              <button type="button" aria-label={words.on} aria-disabled={at >= last} onClick={() => go(at + 1)}>
                ›
              </button>
            </>
          )}
          <button type="button" onClick={() => onFollow(null)}>
            {words.followNext}
          </button>
        </span>
      </h3>
      <p className="visually-hidden" role="status">
        {shown === null || !page ? "" : words.afterStep(calledIn(kernel, page.steps[at]?.name ?? "migrate_pages"))}
      </p>
      {page ? (
        <Story page={page} kernel={kernel} at={at} blockPages={blockPages} onPage={onPage} />
      ) : (
        <p className={styles.hint}>{moving ? words.followNone : words.followIdle}</p>
      )}
    </section>
  );
});

interface StoryProps {
  readonly page: Followed;
  readonly kernel: string;
  /** Step after which things are shown. */
  readonly at: number;
  readonly blockPages: number;
  onPage(pfn: number): void;
}

function Story({ page, kernel, at, blockPages, onPage }: StoryProps) {
  const blockOf = (pfn: number) => words.block(Math.floor(pfn / blockPages));
  const { steps } = page;
  const after = steps[at];
  const entry = after?.entry ?? "old";
  const content = after?.content ?? "old";
  const isNow = at === steps.length - 1;
  // What went as usual has its further steps named; what went otherwise tells only what happened.
  const usual = steps.every(({ name, errno }, i) => name === WAY[i] && errno === null);
  const toCome = usual && page.outcome !== "ended" ? WAY.slice(steps.length) : [];
  const copyShown = page.copy !== null && (at >= 1 || entry !== "old");
  return (
    <>
      <div className={own.way}>
        <Frame
          label={words.oldFrame}
          pfn={page.pfn}
          place={blockOf(page.pfn)}
          solid={content !== "new" && after?.freed !== true}
          onPage={onPage}
        />
        <span className={own.arrow} data-solid={entry !== "new"} aria-hidden="true" />
        <div className={styles.entry} data-entry={page.mapper ? entry : "none"}>
          <b>
            {page.mapper ? `${page.mapper.level} ${page.mapper.index}: ${words.entry[entry]}` : words.unmapped.title}
          </b>
          <span>{page.mapper ? words.entryDetail[entry](page) : words.unmapped.detail}</span>
        </div>
        <span className={own.arrow} data-solid={entry === "new"} aria-hidden="true" />
        <Frame
          label={words.newFrame}
          pfn={copyShown ? page.copy : null}
          place={
            copyShown && page.copy !== null
              ? blockOf(page.copy)
              : page.outcome === "stayed"
                ? words.noFrameAfter
                : words.noFrame
          }
          solid={content !== "old"}
          onPage={onPage}
        />
      </div>
      <ol className={own.steps}>
        {steps.map(({ name, at: when, errno }, i) => {
          const state = i < at ? "done" : i === at ? "now" : "later";
          return (
            <li
              key={`${when} ${name}`}
              data-state={errno ? "failed" : state === "now" && page.outcome === "moved" && isNow ? "done" : state}
            >
              <FunctionName version={kernel} name={name} />
              <span>
                {errno ? words.failed(errno) : (name === "migrate_folio" && words.copied(page)) || FUNCTION_WORDS[name]}
              </span>
              <time>{words.stepAt(when)}</time>
            </li>
          );
        })}
        {toCome.map((name) => (
          <li key={name} data-state="later">
            <FunctionName version={kernel} name={name} />
            <span>{FUNCTION_WORDS[name]}</span>
            <time>{words.toCome}</time>
          </li>
        ))}
      </ol>
    </>
  );
}

interface FrameProps {
  readonly label: string;
  readonly pfn: number | null;
  readonly place: string;
  /** The content is here. */
  readonly solid: boolean;
  onPage(pfn: number): void;
}

function Frame({ label, pfn, place, solid, onPage }: FrameProps) {
  return (
    <div className={styles.frame} data-solid={solid}>
      <span>{label}</span>
      <span>
        {pfn !== null && (
          <button type="button" className={`word-button ${styles.ref}`} data-ref onClick={() => onPage(pfn)}>
            {words.hex(pfn)}
          </button>
        )}{" "}
        {place}
      </span>
    </div>
  );
}
