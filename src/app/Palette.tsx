/** All actions in a list that narrows as one types. The list follows the keys while the text keeps the focus. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useActionContext } from "./action-context.tsx";
import type { Action } from "./action.ts";
import { Dialog } from "./Dialog.tsx";
import styles from "./dialog.module.css";
import { helpStrings } from "./help-strings.ts";
import { searchActions } from "./palette-search.ts";

const strings = helpStrings.palette;
const optionId = (action: Action) => `action-${action.id}`;

export function Palette({ onClose }: { readonly onClose: () => void }) {
  const context = useActionContext();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = searchActions(query).filter((action) => action.enabled(context));
  const current = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    if (current) document.getElementById(optionId(current))?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const perform = (action: Action) => {
    onClose();
    // After the dialog has given the focus back: some actions move it.
    requestAnimationFrame(() => action.perform(context));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined && found.length > 0)
      setAt((before) => (Math.min(before, found.length - 1) + step + found.length) % found.length);
    else if (event.key === "Enter" && current) perform(current);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={strings.title} onClose={onClose} className={styles.palette}>
      <input
        className={styles.search}
        role="combobox"
        aria-label={strings.search}
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={current && optionId(current)}
        aria-autocomplete="list"
        placeholder={strings.search}
        value={query}
        data-first
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="palette-list" role="listbox" aria-label={strings.title} className={styles.list}>
        {found.map((action) => (
          // Options are reached by the arrow keys of the field, as a combobox has it.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          <div
            key={action.id}
            id={optionId(action)}
            role="option"
            aria-selected={action === current}
            className={styles.entry}
            onClick={() => perform(action)}
          >
            <action.icon aria-hidden />
            <span>{action.words.name}</span>
            {action.shortcut && <kbd>{action.shortcut}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={styles.none}>{strings.none}</p>}
    </Dialog>
  );
}
