/** A talk on paper: a sheet a scene, its picture after the last click and the notes. The machine plays each scene for it. */
import { Printer } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { TalkPlayer } from "../player.ts";
import { Notes } from "./Notes.tsx";
import controls from "../../lessons/controls.module.css";
import styles from "./print.module.css";
import { Stage } from "./Stage.tsx";
import { clock, stageStrings } from "./strings.ts";

const words = stageStrings.print;
/** Experiments of a table are awaited so long, ms. */
const PATIENCE = 30_000;

export function Print({ player, address }: { readonly player: TalkPlayer; readonly address: string }) {
  const { talk } = player;
  const stage = useRef<HTMLDivElement>(null);
  const sheets = useRef<(HTMLDivElement | null)[]>([]);
  const [made, setMade] = useState(0);
  useEffect(() => {
    let stays = true;
    void (async () => {
      for (const [scene, { cues }] of talk.scenes.entries()) {
        await player.goTo({ scene, cue: cues.length });
        if (!stays || !stage.current) return;
        await drawn(player, stage.current);
        if (!stays) return;
        sheets.current[scene]?.replaceChildren(still(stage.current));
        setMade(scene + 1);
      }
    })();
    return () => {
      stays = false;
    };
  }, [player, talk]);
  const done = made === talk.scenes.length;
  return (
    <main className={`${controls.controls} ${styles.print}`}>
      <header>
        <h1>{talk.title}</h1>
        <p role="status">{done ? words.ready : words.making(made, talk.scenes.length)}</p>
        <button type="button" className={controls.primary} disabled={!done} onClick={() => window.print()}>
          <Printer aria-hidden /> {words.print}
        </button>
      </header>
      {/* Where each scene is played. */}
      <div className={styles.stage} ref={stage} hidden={done} inert>
        {!done && <Stage player={player} address={address} />}
      </div>
      {talk.scenes.map((scene, i) => (
        <section key={scene.id} className={styles.sheet} aria-label={stageStrings.at.title(scene.title, i + 1)}>
          <div
            className={styles.picture}
            ref={(element) => {
              sheets.current[i] = element;
            }}
          />
          <h2>
            {stageStrings.at.title(scene.title, i + 1)} <small>{clock(scene.seconds)}</small>
          </h2>
          <ol>
            {scene.cues.map(({ say }) => (
              <li key={say}>{say}</li>
            ))}
          </ol>
          <Notes text={scene.notes} />
        </section>
      ))}
    </main>
  );
}

/** Resolves when the machine rests and what it shows is drawn. */
async function drawn(player: TalkPlayer, stage: HTMLElement): Promise<void> {
  await player.playground.whenIdle();
  const waiting = performance.now();
  // A cell that is being found out.
  while (stage.querySelector("tbody td:not([data-support])")) {
    if (performance.now() - waiting > PATIENCE) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await player.playground.whenIdle();
  for (let frames = 0; frames < 3; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** The picture as it is now: what is on canvases becomes images. */
function still(stage: HTMLElement): HTMLElement {
  const copy = stage.firstElementChild?.cloneNode(true) as HTMLElement;
  const canvases = [...stage.querySelectorAll("canvas")];
  for (const [i, canvas] of [...copy.querySelectorAll("canvas")].entries()) {
    const image = document.createElement("img");
    image.src = canvases[i]?.toDataURL() ?? "";
    image.alt = canvas.getAttribute("aria-label") ?? "";
    image.className = canvas.className;
    image.style.cssText = canvas.style.cssText;
    canvas.replaceWith(image);
  }
  for (const live of copy.querySelectorAll("[role=status]")) live.remove();
  return copy;
}
