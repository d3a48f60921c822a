/** The whole playground with a copy of the machine as it is now: try what they ask. The talk's own machine stands still meanwhile. */
import { Undo2 } from "lucide-react";
import { type ComponentType, useEffect, useState } from "react";
import type { Playground } from "../../client/playground.ts";
import { copyAt } from "../copy.ts";
import type { Place } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import styles from "./audience.module.css";
import { stageStrings as words } from "./strings.ts";

export function SideTrip({
  player,
  place,
  App,
  onBack,
}: {
  readonly player: TalkPlayer;
  readonly place: Place;
  readonly App: ComponentType<{ readonly playground: Playground }>;
  onBack(): void;
}) {
  const [playground, setPlayground] = useState<Playground | null>(null);
  const { talk } = player;
  const { scene, cue } = place;
  useEffect(() => {
    const copy = copyAt(talk, { scene, cue });
    let stays = true;
    void copy.ready.then((there) => {
      if (stays) setPlayground(there);
    });
    return () => {
      stays = false;
      copy.dispose();
      setPlayground(null);
    };
  }, [talk, scene, cue]);
  useWayBack(onBack);
  return (
    <div className={styles.trip}>
      <div className={styles.tripBar}>
        <b>{words.sideTrip}</b>
        <button type="button" onClick={onBack}>
          <Undo2 aria-hidden /> {words.comeBack} <kbd>Esc</kbd>
        </button>
      </div>
      {playground ? <App playground={playground} /> : <p role="status">{words.coming}</p>}
    </div>
  );
}

/** Escape leads back, unless something above, or a shell, needs it. */
export function useWayBack(onBack: () => void): void {
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      const inShell = event.target instanceof Element && event.target.closest(".xterm");
      if (
        event.key !== "Escape" ||
        event.defaultPrevented ||
        inShell ||
        document.querySelector("dialog[open], [role=menu]")
      )
        return;
      event.preventDefault();
      onBack();
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [onBack]);
}
