/** The actions of a block: what each would do, why it can't be done, and the shell line that does the same. */
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { Foresight } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { type ActionChoice, actionChoices, type BlockAction, type Outlook, shellLineOf } from "./block-actions.ts";
import styles from "./menu.module.css";
import { memoryMapStrings as words } from "./strings.ts";

interface BlockMenuProps {
  readonly block: BlockRecord;
  /** An attempt on it is running and can be signalled. */
  readonly running: boolean;
  /** CSS pixels of the window. */
  readonly at: { readonly x: number; readonly y: number };
  readonly onAction: (action: BlockAction) => void;
  readonly onCancel: () => void;
  readonly onClose: () => void;
}

const MARGIN = 8;

export function BlockMenu({ block, running, at, onAction, onCancel, onClose }: BlockMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const title = useId();
  const choices = actionChoices(block, running, useForesight(block));
  const first = choices.findIndex((choice) => choice.obstacle === null);
  const cancelIndex = choices.length;
  const [active, setActive] = useState(running ? cancelIndex : Math.max(0, first));
  const [place, setPlace] = useState({ left: at.x, top: at.y });
  const items = () => [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];

  // In the top layer, so that no panel cuts it off. It closes itself: an automatic popover that opens on a
  // right click would be closed by the release of that very click.
  useLayoutEffect(() => {
    menu.current?.showPopover?.();
    const outside = (event: Event) => {
      if (!menu.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", onClose);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", onClose);
    };
  }, [onClose]);

  useLayoutEffect(() => {
    const box = menu.current?.getBoundingClientRect();
    if (!box) return;
    setPlace({
      left: Math.max(MARGIN, Math.min(at.x, innerWidth - box.width - MARGIN)),
      top: at.y + box.height + MARGIN <= innerHeight ? at.y : Math.max(MARGIN, innerHeight - box.height - MARGIN),
    });
  }, [at]);

  useEffect(() => {
    items()[active]?.focus();
  });

  const run = (choice: ActionChoice) => {
    if (choice.obstacle !== null) return;
    onClose();
    onAction(choice.action);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const last = (running ? cancelIndex + 1 : cancelIndex) - 1;
    const letter = choices.find((choice) => choice.key === event.key.toLowerCase());
    if (event.key === "ArrowDown") setActive(active >= last ? 0 : active + 1);
    else if (event.key === "ArrowUp") setActive(active <= 0 ? last : active - 1);
    else if (event.key === "Home") setActive(0);
    else if (event.key === "End") setActive(last);
    else if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (letter && !event.ctrlKey && !event.metaKey && !event.altKey) run(letter);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = choices[active] ?? choices[0];
  return (
    <div
      ref={menu}
      popover="manual"
      className={styles.menu}
      role="menu"
      aria-labelledby={title}
      tabIndex={-1}
      style={{ left: `${place.left}px`, top: `${place.top}px` }}
      onKeyDown={onKeyDown}
    >
      <div className={styles.menuHead} id={title} role="presentation">
        <b>{words.block(block.number)}</b>
        <span>{words.menuState(block.state, block.validZones)}</span>
      </div>
      {choices.map((choice, index) => (
        <div
          key={choice.action}
          role="menuitem"
          tabIndex={index === active ? 0 : -1}
          className={styles.menuItem}
          aria-disabled={choice.obstacle !== null}
          aria-keyshortcuts={choice.key}
          onPointerEnter={() => setActive(index)}
          onClick={() => run(choice)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            run(choice);
          }}
        >
          <b>{words.action(choice.action)}</b>
          <kbd aria-hidden="true">{choice.key.toUpperCase()}</kbd>
          <span data-outlook={choice.obstacle ?? signOf(choice.outlook)}>
            {choice.obstacle === null ? words.outlook(choice.outlook) : words.obstacle(choice.obstacle)}
          </span>
        </div>
      ))}
      {running && (
        <div
          role="menuitem"
          tabIndex={active === cancelIndex ? 0 : -1}
          className={styles.menuItem}
          onPointerEnter={() => setActive(cancelIndex)}
          onClick={onCancel}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            onCancel();
          }}
        >
          <b>{words.cancel}</b>
          <span>{words.cancelHint}</span>
        </div>
      )}
      {shown && (
        <div className={styles.menuCommand} role="presentation">
          <span>{words.menuCommand}</span>
          <code>{shellLineOf(block, shown.action)}</code>
        </div>
      )}
    </div>
  );
}

/** Asked as the menu opens, and again when the block has changed: what was foreseen may hold no longer. */
function useForesight(block: BlockRecord): Foresight | null {
  const playground = usePlayground();
  const [told, setTold] = useState<{ readonly block: string; readonly foresight: Foresight } | null>(null);
  useEffect(() => {
    if (block.state !== "online") return;
    let stays = true;
    void playground.foreseeOffline(block.key).then((foresight) => {
      if (stays) setTold({ block: block.key, foresight });
    });
    return () => {
      stays = false;
    };
  }, [playground, block]);
  return told?.block === block.key ? told.foresight : null;
}

/** What an outlook is coloured by. */
const signOf = (outlook: Outlook): string =>
  outlook.is === "foreseen" ? (outlook.foresight?.outlook ?? "asking") : outlook.is;
