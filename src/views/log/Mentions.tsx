/**
 * A line of the log in which blocks, nodes, pages and kernel functions are ways to them; one stop of the Tab key for all of them, arrow keys
 * between.
 */
import { type KeyboardEvent, type RefObject, useCallback, useLayoutEffect, useMemo } from "react";
import { usePlayground } from "../../client/react.tsx";
import { askAbout } from "../glossary/asked.ts";
import { functionsIn } from "../glossary/functions-in.ts";
import { type Reference, referencesIn } from "../references.ts";

export function Mentions({ text, partition }: { readonly text: string; readonly partition: string }) {
  const playground = usePlayground();
  // What a line spoke of when it came is what it speaks of.
  const mentions = useMemo(() => {
    const { records } = playground.store.getState();
    const version = records.partition[partition]?.kernel ?? "6.1";
    const functions = functionsIn(text, version).map((named) => ({ ...named, version }));
    const references = referencesIn(text, partition, records);
    // A path that holds a name is the path.
    const apart = functions.filter(({ start, end }) => references.every((one) => end <= one.start || start >= one.end));
    return [...references, ...apart].sort((one, other) => one.start - other.start);
  }, [text, partition, playground]);
  if (mentions.length === 0) return text;
  const show = ({ selection }: Reference) => {
    const { records } = playground.store.getState();
    const gone =
      (selection.block != null && !records.block[selection.block]) ||
      (selection.node != null && !records.node[selection.node]);
    if (!gone) playground.select(selection);
  };
  return (
    <>
      {mentions.map((mention, index) => (
        <span key={mention.start}>
          {text.slice(mentions[index - 1]?.end ?? 0, mention.start)}
          {"name" in mention ? (
            <button
              type="button"
              data-mention
              data-function={mention.name}
              tabIndex={-1}
              aria-haspopup="dialog"
              onClick={() => askAbout(mention.name, mention.version)}
            >
              {text.slice(mention.start, mention.end)}
            </button>
          ) : (
            <button type="button" data-mention data-ref tabIndex={-1} onClick={() => show(mention)}>
              {text.slice(mention.start, mention.end)}
            </button>
          )}
        </span>
      ))}
      {text.slice(mentions.at(-1)?.end)}
    </>
  );
}

/** Keys for a list with mentions. `content` is anything that changes when its lines do. */
export function useMentionKeys(
  list: RefObject<HTMLElement | null>,
  content: unknown,
): (event: KeyboardEvent<HTMLElement>) => void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines bring a new last mention
  useLayoutEffect(() => {
    const last = list.current?.querySelector<HTMLElement>("[data-mention][tabindex='0']");
    if (last && last === document.activeElement) return;
    const all = list.current?.querySelectorAll<HTMLElement>("[data-mention]");
    const newest = all?.[all.length - 1];
    if (newest === last) return;
    last?.setAttribute("tabindex", "-1");
    newest?.setAttribute("tabindex", "0");
  }, [list, content]);

  return useCallback((event) => {
    const from = event.target as HTMLElement;
    if (!from.matches("[data-mention]")) return;
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-mention]")];
    const at = all.indexOf(from);
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      Home: 0,
      End: all.length - 1,
    };
    const next = all[Math.max(0, Math.min(steps[event.key] ?? -1, all.length - 1))];
    if (steps[event.key] === undefined || !next) return;
    event.preventDefault();
    from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }, []);
}
