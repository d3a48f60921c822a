/** A hidden field by which a person chooses one JSON file; a button beside it clicks it. */
import type { RefObject } from "react";

interface JsonFileFieldProps {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly label?: string;
  onFile(file: File): void;
}

export function JsonFileField({ ref, label, onFile }: JsonFileFieldProps) {
  return (
    <input
      ref={ref}
      type="file"
      hidden
      accept=".json,application/json"
      aria-label={label}
      onChange={({ target }) => {
        const [file] = target.files ?? [];
        if (file) onFile(file);
        // The same file, chosen again, is a choice, too.
        target.value = "";
      }}
    />
  );
}
