/** What is shown while a DIMM is carried: the module under the pointer, and what dropping it would do. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { useCallback, useLayoutEffect, useRef } from "react";
import { usePlaygroundState } from "../../client/react.tsx";
import type { Carrying } from "./carry.ts";
import { outlookOf, useBox, useCarriage, useForesight } from "./context.ts";
import { useDimmBlocks } from "./Dimm.tsx";
import { type PlaceKey, placeObstacle, SHELF } from "./floor.ts";
import styles from "./held.module.css";
import { ModuleFace } from "./Module.tsx";
import { placeName } from "./naming.ts";
import { boxStrings } from "./strings.ts";

export function Held() {
  const carrying = useCarriage(({ carry }) => carry.carrying);
  if (!carrying) return null;
  const over = carrying.over ?? (tapped(carrying) ? SHELF : null);
  return (
    <>
      {carrying.by === "pointer" ? <Avatar key={carrying.dimm} carrying={carrying} /> : null}
      {over === null ? null : <Callout dimm={carrying.dimm} place={over} />}
      {carrying.barred === null ? null : <Barred dimm={carrying.dimm} place={carrying.barred} />}
    </>
  );
}

/** A finger points at nothing before it chooses: it is told of the shelf, which is in sight wherever one is. */
const tapped = ({ by, home, barred }: Carrying): boolean =>
  by === "click" && home !== SHELF && barred === null && matchMedia("(pointer: coarse)").matches;

function Avatar({ carrying }: { readonly carrying: Carrying }) {
  const { dress } = useBox();
  const blocks = useDimmBlocks(carrying.dimm);
  const put = useCallback(
    (element: HTMLElement | null) => {
      if (element) dress(element);
    },
    [dress],
  );
  return (
    <div ref={put} className={styles.avatar} data-avatar="" aria-hidden="true">
      <span className={styles.tilt} data-flip={`ghost:${carrying.dimm}`} data-held="">
        <ModuleFace blocks={blocks} stance={carrying.home === SHELF ? "lying" : "upright"} />
      </span>
    </div>
  );
}

/** Beside a place that cannot take the DIMM: why not. Dropping it there says the same aloud. */
function Barred({ dimm, place }: { readonly dimm: string; readonly place: PlaceKey }) {
  const obstacle = useCarriage(({ floor }) => placeObstacle(floor, dimm, place));
  return obstacle === null ? null : <Bubble place={place} what={boxStrings.notThere(obstacle)} outlook="barred" />;
}

/** Beside the target: what would happen. The live region says the same. */
function Callout({ dimm, place }: { readonly dimm: string; readonly place: PlaceKey }) {
  const foresight = useForesight(dimm, place);
  return <Bubble place={place} what={boxStrings.foresight(foresight)} outlook={outlookOf(foresight)} />;
}

interface BubbleProps {
  readonly place: PlaceKey;
  readonly what: string;
  readonly outlook: "yes" | "no" | "barred" | undefined;
}

function Bubble({ place, what, outlook }: BubbleProps) {
  const bubble = useRef<HTMLDivElement>(null);
  const name = usePlaygroundState(({ records }) => placeName(records, place));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the size that is placed.
  useLayoutEffect(() => {
    const element = bubble.current;
    const root = element?.closest<HTMLElement>("[data-box]");
    if (!element || !root) return undefined;
    const put = () => {
      const key = CSS.escape(place);
      const target = root.querySelector(`[data-spot="${key}"]`) ?? root.querySelector(`[data-place="${key}"]`);
      if (target) putBeside(element, target.getBoundingClientRect());
    };
    put();
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("scroll", put, { capture: true, passive: true, signal });
    window.addEventListener("resize", put, { signal });
    return () => listening.abort();
  }, [place, what]);
  return (
    <div ref={bubble} className={styles.callout} data-outlook={outlook} aria-hidden="true">
      <span className={styles.where}>{name}</span>
      <span className={styles.what}>
        {outlook === "yes" ? <CircleCheck /> : outlook === "no" ? <CircleAlert /> : null}
        {what}
      </span>
    </div>
  );
}

const AWAY = 10;

/** Above the target if there is room, else below it, and never off the screen. */
function putBeside(bubble: HTMLElement, target: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = bubble;
  const left = Math.max(8, Math.min(window.innerWidth - width - 8, target.x + target.width / 2 - width / 2));
  const above = target.y - height - AWAY;
  const top = above >= 8 ? above : Math.min(window.innerHeight - height - 8, target.bottom + AWAY);
  bubble.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
}
