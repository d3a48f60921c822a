/**
 * Keys typed for a terminal that is still being fetched: they are kept, in order, and are the shell's when it is there.
 * Until then none of them acts on the page. Someone who presses a pointer elsewhere meanwhile types no longer for it.
 */

const KEYS: Readonly<Record<string, string>> = {
  Enter: "\r",
  Tab: "\t",
  Backspace: "\x7f",
  ArrowUp: "\x1b[A",
  ArrowDown: "\x1b[B",
  ArrowRight: "\x1b[C",
  ArrowLeft: "\x1b[D",
  Home: "\x1b[H",
  End: "\x1b[F",
};

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** What a terminal would send for a press; `null` for one that is the page's or the browser's. */
export function sentBy({ key, ctrlKey, metaKey, altKey }: Press): string | null {
  if (metaKey || altKey) return null;
  if (ctrlKey) return /^[a-z]$/i.test(key) ? String.fromCharCode(key.toUpperCase().charCodeAt(0) - 64) : null;
  return KEYS[key] ?? ([...key].length === 1 ? key : null);
}

export interface EarlyKeys {
  /** Keeps what is typed from now on, until `take` or until the keyboard goes elsewhere. */
  listen(): void;
  /** What was typed; nothing is kept after that. */
  take(): string;
}

export function createEarlyKeys(page: Window): EarlyKeys {
  let kept = "";
  let stop: AbortController | null = null;
  const end = () => {
    stop?.abort();
    stop = null;
  };
  return {
    listen() {
      if (stop) return;
      stop = new AbortController();
      const options = { capture: true, signal: stop.signal };
      page.addEventListener(
        "keydown",
        (event) => {
          // An input method makes its text in a field, and there is none yet.
          if (event.isComposing || page.document.querySelector("dialog[open]")) return;
          const text = sentBy(event);
          if (text === null) return;
          kept += text;
          event.preventDefault();
          event.stopImmediatePropagation();
        },
        options,
      );
      page.addEventListener(
        "pointerdown",
        () => {
          kept = "";
          end();
        },
        options,
      );
    },
    take() {
      end();
      const text = kept;
      kept = "";
      return text;
    },
  };
}
