/**
 * For a projector: larger type, text of at least 7 : 1, thick focus, a screen that stays awake; and, when wanted, a ring round the
 * pointer and the keys that are pressed. Fetched when it is first asked for.
 */
import { stayAwake } from "../client/stay-awake.ts";
import "./projector.css";

/** In the order in which it goes round. */
const STEPS = ["off", "on", "pointer"] as const;
type Step = (typeof STEPS)[number];
/** Keys stay so long after the last one, ms. */
const KEYS_STAY = 1600;
const MOST_KEYS = 6;

const words: Readonly<Record<Step, string>> = {
  off: "As before",
  on: "For a projector",
  pointer: "For a projector: pointer and keys are shown",
};
const names: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageDown: "PgDn",
  PageUp: "PgUp",
};
const MODIFIERS = ["Shift", "Control", "Alt", "Meta"];

let stop: (() => void) | null = null;

/** On, on with pointer and keys, off. */
export function turnProjector(): void {
  const root = document.documentElement;
  const at = STEPS.findIndex((step) => step === (root.dataset.projector ?? "off"));
  const next = STEPS[(at + 1) % STEPS.length] ?? "off";
  stop?.();
  stop = null;
  if (next === "off") delete root.dataset.projector;
  else {
    root.dataset.projector = next;
    const ends = [stayAwake(), ...(next === "pointer" ? [showPointer(), showKeys()] : [])];
    stop = () => {
      for (const end of ends) end();
    };
  }
  say(words[next]);
}

function element(className: string): HTMLElement {
  const made = document.body.appendChild(document.createElement("div"));
  made.className = className;
  return made;
}

function say(text: string): void {
  const note = element("projector-note");
  note.setAttribute("role", "status");
  note.textContent = text;
  setTimeout(() => note.remove(), 2000);
}

function showPointer(): () => void {
  const ring = element("projector-pointer");
  const follow = ({ clientX, clientY, buttons }: PointerEvent) => {
    ring.style.translate = `${clientX}px ${clientY}px`;
    ring.toggleAttribute("data-down", buttons > 0);
  };
  const kinds = ["pointermove", "pointerdown", "pointerup"] as const;
  for (const kind of kinds) window.addEventListener(kind, follow, { capture: true, passive: true });
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, follow, { capture: true });
    ring.remove();
  };
}

/** Not what is typed into a field: it is shown there. */
function showKeys(): () => void {
  const shown = element("projector-keys");
  shown.ariaHidden = "true";
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const hear = (event: KeyboardEvent) => {
    const { key, target } = event;
    const typed = target instanceof Element && target.closest("input, textarea, select, .xterm");
    if (MODIFIERS.includes(key) || (typed && key.length === 1 && !event.ctrlKey && !event.metaKey)) return;
    const badge = document.createElement("kbd");
    const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta", event.shiftKey && "Shift"];
    badge.textContent = [...held.filter(Boolean), names[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join(" ");
    shown.append(badge);
    while (shown.childElementCount > MOST_KEYS) shown.firstElementChild?.remove();
    clearTimeout(leaving);
    leaving = setTimeout(() => shown.replaceChildren(), KEYS_STAY);
  };
  window.addEventListener("keydown", hear, { capture: true });
  return () => {
    clearTimeout(leaving);
    window.removeEventListener("keydown", hear, { capture: true });
    shown.remove();
  };
}
