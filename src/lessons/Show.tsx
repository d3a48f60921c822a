/**
 * The place that a step is about: it lights up in the machine, a bubble beside it says what to do there, and a line leads there.
 * Nothing waits, and a pointer goes through the bubble to what is below.
 */
import { ArrowRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { usePlayground } from "../client/react.tsx";
import { besideOf, type Spot } from "./beside.ts";
import { PANELS } from "./format.ts";
import { lessonStrings as strings } from "./strings.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";

/** Where a name of `show` is on the page: a panel, a memory block of the lesson's partition, else a DIMM. */
function placeOf(name: string, partition: string): string {
  if (PANELS.includes(name)) return `[data-panel="${name}"]`;
  const number = /^memory(\d+)$/.exec(name)?.[1];
  return number === undefined
    ? `[data-item="dimm:${CSS.escape(name)}"]`
    : `[data-block="${CSS.escape(partition)}:${number}"]`;
}

interface ShowProps {
  readonly name: string;
  readonly partition: string;
  /** What is to be done there; `null`: it only lights up. */
  readonly act: string | null;
}

export function Show({ name, partition, act }: ShowProps) {
  const playground = usePlayground();
  const place = placeOf(name, partition);
  const bubble = useRef<HTMLDivElement>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  useEffect(() => {
    let lit: Element | null = null;
    // A DIMM that goes elsewhere is another element there.
    const light = () => {
      const found = document.querySelector(place);
      if (found !== lit) {
        lit?.removeAttribute("data-lit");
        found?.setAttribute("data-lit", "");
        lit = found;
      }
      setSpot((before) => {
        const now = found && bubble.current && besideOf(found, bubble.current);
        return before?.left === now?.left && before?.top === now?.top ? before : (now ?? null);
      });
    };
    light();
    const stop = playground.onFrame(light);
    addEventListener("resize", light);
    document.addEventListener("scroll", light, { capture: true, passive: true });
    return () => {
      stop();
      removeEventListener("resize", light);
      document.removeEventListener("scroll", light, { capture: true });
      lit?.removeAttribute("data-lit");
    };
  }, [playground, place]);
  const go = () => {
    const found = document.querySelector<HTMLElement>(place);
    found?.scrollIntoView({ block: "nearest", inline: "nearest" });
    found?.focus({ preventScroll: true });
  };
  return (
    <p>
      <button type="button" className={controls.quiet} onClick={go}>
        {strings.show(name)}
        <ArrowRight aria-hidden />
      </button>
      {act !== null &&
        createPortal(
          // The column says the same, in the order of reading.
          <div
            ref={bubble}
            aria-hidden
            className={styles.bubble}
            data-side={spot?.side}
            style={spot ? { left: spot.left, top: spot.top } : { visibility: "hidden" }}
          >
            <b>{strings.actHere}</b> {act}
          </div>,
          document.body,
        )}
    </p>
  );
}
