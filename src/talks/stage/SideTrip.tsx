/** The whole playground with a copy of the machine as it is now: try what they ask. The talk's own machine stands still meanwhile. */
import { Undo2 } from "lucide-react";
import { type ComponentType, useEffect, useState } from "react";
import { createPlayground } from "../../client/create-playground.ts";
import type { Playground } from "../../client/playground.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Place } from "../format.ts";
import { startOf, TalkPlayer } from "../player.ts";
import styles from "./audience.module.css";
import { stageStrings as words } from "./strings.ts";

/** Simulated ns a real ns: as slow as is usual in the playground. */
const SPEED = 1 / 16;

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
    let scenario: Scenario = startOf(talk, scene).scenario;
    const copy = createPlayground(scenario.name, { scenarios: () => scenario });
    const way = new TalkPlayer(talk, copy, (next) => {
      scenario = next;
      copy.load(next.name);
    });
    let stays = true;
    void way.goTo({ scene, cue }).then(() => {
      if (!stays) return;
      copy.setSpeed(SPEED);
      setPlayground(copy);
    });
    return () => {
      stays = false;
      way.close();
      copy.dispose();
      setPlayground(null);
    };
  }, [talk, scene, cue]);
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
