/** What can be done at an instant on which a finger rests. */
import { Bookmark, GitFork } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground } from "../../client/react.tsx";
import { clockTime } from "./clock.ts";
import { forkHere } from "./ways.ts";
import styles from "./lanes.module.css";
import { paceStrings as strings } from "./pace-strings.ts";

interface HeldMenuProps {
  readonly reel: Reel;
  /** Where on the pane. */
  readonly share: number;
  readonly at: string;
  onClose(): void;
}

export function HeldMenu({ reel, share, at, onClose }: HeldMenuProps) {
  const playground = usePlayground();
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector("button")?.focus();
    const elsewhere = ({ target }: PointerEvent) => {
      if (!menu.current?.contains(target as Node)) onClose();
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [onClose]);
  const items = [
    { words: strings.fork, icon: GitFork, act: () => void forkHere(playground) },
    { words: strings.bookmark, icon: Bookmark, act: () => reel.bookmark((time) => clockTime(time)) },
  ];
  const move = (by: 1 | -1) => {
    const buttons = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(at + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div
      ref={menu}
      className={styles.held}
      role="menu"
      tabIndex={-1}
      aria-label={strings.held(at)}
      style={share < 0.5 ? { insetInlineStart: `${100 * share}%` } : { insetInlineEnd: `${100 - 100 * share}%` }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        else if (event.key === "ArrowDown") move(1);
        else if (event.key === "ArrowUp") move(-1);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={({ relatedTarget }) => {
        if (relatedTarget && !menu.current?.contains(relatedTarget)) onClose();
      }}
    >
      {items.map(({ words, icon: Icon, act }) => (
        <button
          key={words}
          type="button"
          role="menuitem"
          onClick={() => {
            act();
            onClose();
          }}
        >
          <Icon aria-hidden />
          {words}
        </button>
      ))}
    </div>
  );
}
