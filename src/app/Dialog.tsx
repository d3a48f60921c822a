/**
 * A modal dialog on the browser's own element: focus stays inside, Escape and a click beside it close it. The focus goes
 * to what is marked `data-first`, else to the first thing that can have it.
 */
import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import styles from "./dialog.module.css";
import { helpStrings } from "./help-strings.ts";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

export function Dialog({ title, onClose, children, className = "" }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      dialog.querySelector<HTMLElement>("[data-first]")?.focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    // The keyboard's way out is Escape, which the element itself answers.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <dialog
      ref={ref}
      className={`${styles.dialog} ${className}`}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.inside}>
        <header className={styles.head}>
          <h2>{title}</h2>
          <button type="button" className={styles.close} aria-label={helpStrings.dialog.close} onClick={onClose}>
            <X aria-hidden />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
