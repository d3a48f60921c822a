/** Which block is shown page by page, what state it is in, and what can be done with it. */
import { memo, type MouseEvent } from "react";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import type { BlockRecord, Records } from "../../protocol/records.ts";
import { movablePages } from "./block-actions.ts";
import styles from "./memory-map.module.css";
import { memoryMapStrings as words } from "./strings.ts";

interface BlockTitleProps {
  readonly block: BlockRecord;
  readonly attempt: Records["attempt"] | undefined;
  readonly section: number;
  readonly onSection: (section: number) => void;
  readonly onMenu: (at: { readonly x: number; readonly y: number }) => void;
  readonly onCancel: () => void;
}

export const BlockTitle = memo(function BlockTitle(props: BlockTitleProps) {
  const { block, attempt, section, onSection, onMenu, onCancel } = props;
  const sections = Math.ceil(block.pages / PAGES_PER_SECTION);
  const running = attempt?.result === "running";
  const openMenu = (event: MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onMenu({ x: box.right - 260, y: box.bottom + 4 });
  };
  return (
    <div className={styles.blockTitle}>
      <h3>{words.block(block.number)}</h3>
      <span className="figures">
        {block.state === "going-offline"
          ? words.goingOffline(Math.max(1, attempt?.passes ?? 1), movablePages(block))
          : words.blockFacts(block.pages, block.zone, block.state)}
      </span>
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
      <span className={styles.spring} />
      {running && (
        <button type="button" className={styles.cancel} aria-label={words.cancelLabel(block.number)} onClick={onCancel}>
          {words.cancel}
        </button>
      )}
      <button
        type="button"
        className={styles.more}
        aria-haspopup="menu"
        aria-label={words.blockMenu(block.number)}
        title={words.blockMenu(block.number)}
        onClick={openMenu}
      >
        ⋯
      </button>
    </div>
  );
});
