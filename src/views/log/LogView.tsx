/** The event log: commands and the kernels' own lines, newest at the end. Follows its end unless scrolled away from it. */
import { useWordChanges } from "../../client/language/react.ts";
import { ArrowDown, Check, Copy, ListFilter } from "lucide-react";
import { memo, type ReactNode, useDeferredValue, useEffect, useId, useMemo, useState } from "react";
import { machineWords } from "../../client/machine-words.ts";
import { usePlaygroundState, useRecords } from "../../client/react.tsx";
import type { LogEntry } from "../../protocol/messages.ts";
import bar from "../bar.module.css";
import { filterLog, kernelTime, lineOf, type LevelChoice, type LogFilter, logText, NO_FILTER } from "./log-filter.ts";
import styles from "./log.module.css";
import { Mentions, useMentionKeys } from "./Mentions.tsx";
import { logStrings as strings } from "./strings.ts";
import { useHeard } from "./use-heard.ts";
import { useSecond } from "../use-second.ts";
import { useTail } from "./use-tail.ts";

/** Rows in the page at once. What is older is still searched, and copied. */
const MOST_ROWS = 400;
/** Rows of the first picture, more than any panel has room for. */
const FIRST_ROWS = 40;

/** `title` stands where a panel has its title: tabs, where the log shares its place. */
export function LogView({ title }: { readonly title?: ReactNode }) {
  // The log may fall behind the picture for a moment, never the other way round.
  const log = useDeferredValue(usePlaygroundState((state) => state.log));
  const partitions = useRecords("partition");
  const [filter, setFilter] = useState<LogFilter>(NO_FILTER);
  const [filtering, setFiltering] = useState(false);
  const filtersId = useId();
  const shown = useMemo(() => filterLog(log, filter), [log, filter]);
  const whole = useSecond(true);
  const rows = useMemo(() => shown.slice(whole ? -MOST_ROWS : -FIRST_ROWS), [shown, whole]);
  const tail = useTail(whole);
  const heard = useHeard(log);
  const mentionKeys = useMentionKeys(tail.ref, rows);
  const narrowed = filter.text !== "" || filter.partition !== null || filter.level !== NO_FILTER.level;
  const change = (part: Partial<LogFilter>) => setFilter((before) => ({ ...before, ...part }));

  return (
    <section className={styles.panel} aria-label={strings.title}>
      <div className={styles.bar}>
        {title ?? <h2>{strings.title}</h2>}
        <button
          type="button"
          className={`${bar.icon} ${styles.icon}`}
          data-set={narrowed}
          aria-label={strings.filters}
          title={strings.filters}
          aria-expanded={filtering}
          aria-controls={filtersId}
          onClick={() => setFiltering(!filtering)}
        >
          <ListFilter aria-hidden />
        </button>
        <CopyButton shown={shown} />
      </div>
      {filtering && (
        <div className={styles.filters} id={filtersId}>
          <input
            type="search"
            // biome-ignore lint/a11y/noAutofocus: whoever opens the filters is about to type
            autoFocus
            className={styles.search}
            aria-label={strings.filter}
            placeholder={strings.filterPlaceholder}
            value={filter.text}
            onChange={(event) => change({ text: event.target.value })}
          />
          {partitions.length > 1 && (
            <select
              aria-label={strings.partition}
              value={filter.partition ?? ""}
              onChange={(event) => change({ partition: event.target.value || null })}
            >
              <option value="">{strings.everyPartition}</option>
              {partitions.map(({ key, name }) => (
                <option key={key} value={key}>
                  {key} · {machineWords.partition(name)}
                </option>
              ))}
            </select>
          )}
          <select
            aria-label={strings.level}
            value={filter.level}
            onChange={(event) => change({ level: event.target.value as LevelChoice })}
          >
            {Object.entries(strings.levels).map(([level, name]) => (
              <option key={level} value={level}>
                {name}
              </option>
            ))}
          </select>
        </div>
      )}
      <div
        ref={tail.ref}
        className={styles.list}
        data-following={tail.following || undefined}
        // Off, not polite: useHeard tells what came, at a pace that can be listened to.
        role="log"
        aria-live="off"
        aria-label={strings.label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        tabIndex={0}
        onScroll={tail.onScroll}
        onKeyDown={mentionKeys}
      >
        <div ref={tail.content}>
          {rows.map((entry) => (
            <Row key={entry.seq} entry={entry} named={partitions.length > 1} />
          ))}
          {rows.length === 0 && (
            <p className={styles.empty}>
              {log.length === 0 ? strings.empty : strings.noMatch}{" "}
              {log.length > 0 && (
                <button type="button" onClick={() => setFilter({ ...NO_FILTER, level: "all" })}>
                  {strings.showAll}
                </button>
              )}
            </p>
          )}
        </div>
      </div>
      {!tail.following && (
        <button type="button" className={styles.newest} onClick={tail.follow}>
          <ArrowDown aria-hidden /> {strings.toNewest}
        </button>
      )}
      <p className="visually-hidden" role="status">
        {heard}
      </p>
    </section>
  );
}

const Row = memo(function Row({ entry, named }: { readonly entry: LogEntry; readonly named: boolean }) {
  useWordChanges();
  const isComment = entry.line.startsWith("#");
  const isTyped = !isComment && (entry.level === "command" || entry.level === "shell");
  return (
    <div className={styles.row} data-level={entry.level}>
      <span className={styles.time}>{kernelTime(entry.at).trimStart()}</span>
      {named && <span className={styles.partition}>{entry.partition}</span>}
      <span className={styles.line}>
        <span className={styles.level}>{strings.levelNames[entry.level]}: </span>
        {isTyped && (
          <span className={styles.prompt} aria-hidden>
            #{" "}
          </span>
        )}
        <Mentions text={lineOf(entry)} partition={entry.partition} />
      </span>
    </div>
  );
});

function CopyButton({ shown }: { readonly shown: readonly LogEntry[] }) {
  const [told, setTold] = useState("");
  useEffect(() => {
    if (told === "") return;
    const timer = setTimeout(() => setTold(""), 2500);
    return () => clearTimeout(timer);
  }, [told]);
  const copy = async () => {
    try {
      // Absent where the page was not loaded over a secure connection.
      await navigator.clipboard.writeText(logText(shown));
      setTold(strings.copied(shown.length));
    } catch {
      setTold(strings.copyFailed);
    }
  };
  const Sign = told === "" ? Copy : Check;
  return (
    <>
      <button
        type="button"
        className={`${bar.icon} ${styles.icon}`}
        aria-label={strings.copy}
        title={strings.copy}
        onClick={() => void copy()}
      >
        <Sign aria-hidden />
      </button>
      <span className="visually-hidden" role="status">
        {told}
      </span>
    </>
  );
}
