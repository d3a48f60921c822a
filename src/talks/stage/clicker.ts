/** Keys that clickers send, and the few others of a talk. Keys that something focused needs stay its own. */
import { useEffect } from "react";
import type { Conductor } from "../conductor.ts";

export type TalkAct = "forward" | "back" | "black" | "frozen" | "trip" | "code" | "speaker" | "first" | "last";

const KEYS: Readonly<Record<string, TalkAct>> = {
  ArrowRight: "forward",
  PageDown: "forward",
  " ": "forward",
  Enter: "forward",
  ArrowLeft: "back",
  PageUp: "back",
  Backspace: "back",
  b: "black",
  ".": "frozen",
  f: "trip",
  q: "code",
  s: "speaker",
  Home: "first",
  End: "last",
};
/** What presses a button that has the focus. */
const PRESSING = new Set([" ", "Enter"]);

export function actOfKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  focus: Element | null,
): TalkAct | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (focus?.closest("input, textarea, select")) return null;
  if (PRESSING.has(event.key) && focus?.closest("button, a, summary")) return null;
  return KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key] ?? null;
}

export function perform(conductor: Conductor, act: TalkAct, openSpeaker: () => void): void {
  const { scenes } = conductor.player.talk;
  if (act === "forward") conductor.forward();
  else if (act === "back") conductor.back();
  else if (act === "first") conductor.goTo({ scene: 0, cue: 0 });
  else if (act === "last") conductor.goTo({ scene: scenes.length - 1, cue: 0 });
  else if (act === "speaker") openSpeaker();
  else conductor.toggle(act);
}

/** While the talk itself is shown, its keys are heard everywhere in the window. */
export function useClicker(conductor: Conductor, on: boolean, openSpeaker: () => void): void {
  useEffect(() => {
    if (!on) return;
    const hear = (event: KeyboardEvent) => {
      const act = actOfKey(event, event.target instanceof Element ? event.target : null);
      if (!act || event.repeat) return;
      event.preventDefault();
      perform(conductor, act, openSpeaker);
    };
    window.addEventListener("keydown", hear);
    return () => window.removeEventListener("keydown", hear);
  }, [conductor, on, openSpeaker]);
}
