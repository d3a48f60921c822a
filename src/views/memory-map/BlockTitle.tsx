/** Which block is shown page by page, what state it is in, and what can be done with it. */
import { useWordChanges } from "../../client/language/react.ts";
import { lazy, memo, type MouseEvent, type ReactNode, Suspense } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlaygroundState } from "../../client/react.tsx";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import { movablePages } from "./block-actions.ts";
import styles from "./memory-map.module.css";
import own from "./tiles.module.css";
import { memoryMapStrings as words } from "./strings.ts";

/** Who brought the block online comes a moment later. */
const Onliner = lazy(() => import("./Onliner.tsx"));

interface BlockTitleProps {
  readonly block: string;
  readonly section: number;
  readonly onSection: (section: number) => void;
  readonly onMenu: (block: string, at: { readonly x: number; readonly y: number }) => void;
  readonly onCancel: (block: string) => void;
  readonly children?: ReactNode;
}

export const BlockTitle = memo(function BlockTitle(props: BlockTitleProps) {
  useWordChanges();
  const { block, section, onSection, onMenu, onCancel, children } = props;
  const about = useAbout(block);
  if (!about) return null;
  const { number, sections, running } = about;
  const openMenu = (event: MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMenu(block, { x: box.right - 260, y: box.bottom + 4 });
  };
  return (
    <div className={own.blockTitle} data-crowded={running && sections > 1}>
      <h3>{words.block(number)}</h3>
      <State block={block} />
      <Suspense fallback={null}>
        <Onliner block={block} />
      </Suspense>
      {sections > 1 && (
        <span className={styles.stepper}>
          <button
            type="button"
            aria-label={words.previousSection}
            disabled={section === 0}
            onClick={() => onSection(section - 1)}
          >
            ‹
          </button>
          <span className="figures">{words.section(section + 1, sections)}</span>
          <button
            type="button"
            aria-label={words.nextSection}
            disabled={section === sections - 1}
            onClick={() => onSection(section + 1)}
          >
            ›
          </button>
        </span>
      )}
      <span className={own.spring} />
      {children}
      {running && (
        <button
          type="button"
          className={styles.cancel}
          aria-label={words.cancelLabel(number)}
          onClick={() => onCancel(block)}
        >
          {words.cancel}
        </button>
      )}
      <button
        type="button"
        className={styles.more}
        aria-haspopup="menu"
        aria-label={words.blockMenu(number)}
        title={words.blockMenu(number)}
        onClick={openMenu}
      >
        ⋯
      </button>
    </div>
  );
});

function useAbout(key: string) {
  return usePlaygroundState(
    useShallow(({ records }) => {
      const block = records.block[key];
      if (!block) return undefined;
      const running = block.attempt !== null && records.attempt[block.attempt]?.result === "running";
      return { number: block.number, sections: Math.ceil(block.pages / PAGES_PER_SECTION), running };
    }),
  );
}

/** The one thing of the title that changes while a block empties: it renders alone. */
function State({ block: key }: { readonly block: string }) {
  const text = usePlaygroundState(({ records }) => {
    const block = records.block[key];
    if (!block) return "";
    if (block.state !== "going-offline") return words.blockFacts(block.pages, block.zone, block.state);
    const attempt = block.attempt === null ? undefined : records.attempt[block.attempt];
    return words.goingOffline(Math.max(1, attempt?.passes ?? 1), movablePages(block));
  });
  return <span className="figures">{text}</span>;
}
