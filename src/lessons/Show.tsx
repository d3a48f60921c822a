/**
 * The place that a step is about: it lights up in the machine, a bubble beside it says what to do there, and a line leads there.
 * Nothing waits, and a pointer goes through the bubble to what is below.
 */
import { ArrowRight } from "lucide-react";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { usePlayground } from "../client/react.tsx";
import { besideOf, type Size, type Spot } from "./beside.ts";
import { PANELS } from "./format.ts";
import { lessonStrings as strings } from "./strings.ts";
import controls from "./controls.module.css";
import styles from "./pictures.module.css";

/** Where a name of `show` is on the page: a panel, a memory block of the lesson's partition, else a DIMM. */
function placeOf(name: string, partition: string): string {
  if (PANELS.includes(name)) return `[data-panel="${name}"]`;
  const number = /^memory(\d+)$/.exec(name)?.[1];
  return number === undefined
    ? `[data-item="dimm:${CSS.escape(name)}"]`
    : `[data-block="${CSS.escape(partition)}:${number}"]`;
}

/** Real milliseconds after which it is looked again at what the bubble would cover. */
const LOOK = 150;

/** Of the bubble with its sentence, whether that is seen now or not, and without it. */
function sizesOf(bubble: HTMLElement, mark: HTMLElement): readonly Size[] {
  const sentence = mark.nextElementSibling;
  const height = bubble.offsetHeight;
  const around = 2 * mark.offsetLeft + bubble.offsetWidth - bubble.clientWidth;
  const end = sentence instanceof HTMLElement ? sentence.offsetLeft + sentence.offsetWidth : 0;
  return [
    { width: around + end - mark.offsetLeft + 1, height },
    { width: around + mark.offsetWidth + 1, height },
  ];
}

const same = (one: Spot | null, other: Spot | null): boolean =>
  one?.left === other?.left && one?.top === other?.top && one?.width === other?.width;

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
  const mark = useRef<HTMLElement>(null);
  const [spot, setSpot] = useState<Spot | null>(null);
  useEffect(() => {
    let lit: Element | null = null;
    let look: ReturnType<typeof setTimeout> | undefined;
    const put = () => {
      clearTimeout(look);
      look = undefined;
      const own = bubble.current;
      const now = lit && own && mark.current && besideOf(lit, own, sizesOf(own, mark.current));
      setSpot((before) => (same(before, now) ? before : now));
    };
    // A DIMM that goes elsewhere is another element there. What stands around it is looked at seldom: frames are many.
    const light = () => {
      const found = document.querySelector(place);
      if (found !== lit) {
        lit?.removeAttribute("data-lit");
        found?.setAttribute("data-lit", "");
        lit = found;
        put();
      } else look ??= setTimeout(put, LOOK);
    };
    light();
    const stop = playground.onFrame(light);
    addEventListener("resize", put);
    document.addEventListener("scroll", put, { capture: true, passive: true });
    return () => {
      stop();
      clearTimeout(look);
      removeEventListener("resize", put);
      document.removeEventListener("scroll", put, { capture: true });
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
            style={
              spot
                ? ({
                    left: spot.left,
                    top: spot.top,
                    inlineSize: spot.width,
                    "--tip": `${spot.tip}px`,
                  } as CSSProperties)
                : { visibility: "hidden" }
            }
          >
            <span className={styles.said}>
              <b ref={mark}>{strings.actHere}</b> <span>{act}</span>
            </span>
          </div>,
          document.body,
        )}
    </p>
  );
}
