/** The place that a step is about: it lights up in the machine, and a line leads there. Nothing is covered, nothing waits. */
import { ArrowRight } from "lucide-react";
import { useEffect } from "react";
import { usePlayground } from "../client/react.tsx";
import { PANELS } from "./format.ts";
import { lessonStrings as strings } from "./strings.ts";
import controls from "./controls.module.css";

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
}

export function Show({ name, partition }: ShowProps) {
  const playground = usePlayground();
  const place = placeOf(name, partition);
  useEffect(() => {
    let lit: Element | null = null;
    // A DIMM that goes elsewhere is another element there.
    const light = () => {
      const found = document.querySelector(place);
      if (found === lit) return;
      lit?.removeAttribute("data-lit");
      found?.setAttribute("data-lit", "");
      lit = found;
    };
    light();
    const stop = playground.onFrame(light);
    return () => {
      stop();
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
    </p>
  );
}
