/** Picture or twin table of a view, by its button and by `T` while the focus is in the view. */
import { type KeyboardEvent, useCallback, useState } from "react";

/** Where a letter is text, or chooses an entry. */
const TYPED_INTO = "input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]";

export interface Twin {
  readonly asTable: boolean;
  /** Of the view. */
  onKeyDown(event: KeyboardEvent): void;
  /** Of the button that says what comes next. */
  readonly button: {
    readonly type: "button";
    readonly "aria-pressed": boolean;
    readonly "aria-keyshortcuts": string;
    onClick(): void;
  };
}

export function useTwin(): Twin {
  const [asTable, setAsTable] = useState(false);
  const toggle = useCallback(() => setAsTable((before) => !before), []);
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key.toUpperCase() !== "T") return;
      if (event.target instanceof Element && event.target.closest(TYPED_INTO)) return;
      event.preventDefault();
      toggle();
    },
    [toggle],
  );
  return {
    asTable,
    onKeyDown,
    button: { type: "button", "aria-pressed": asTable, "aria-keyshortcuts": "T", onClick: toggle },
  };
}
