/** What the stage shows, as text: for who hears it, and for who has a small screen. */
import { useStore } from "zustand";
import { captionAt } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import styles from "./following.module.css";
import { stageStrings as words } from "./strings.ts";

export function Twin({ player }: { readonly player: TalkPlayer }) {
  const { place, done, playing } = useStore(player.store);
  const scene = player.talk.scenes[Math.max(0, place.scene)];
  if (!scene) return null;
  const caption = captionAt(scene, place.cue);
  const said = place.cue > 0 ? scene.cues[place.cue - 1]?.say : undefined;
  return (
    <section className={styles.twin} aria-label={words.following.twin}>
      <h2>{scene.title}</h2>
      {said !== undefined && <p>{said}</p>}
      {done.length > 0 && (
        <ul>
          {done.map(({ command, outcome }, i) => {
            const { prompt, text } = words.command(command);
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: what was done stays where it is
              <li key={i}>
                <code>
                  {prompt} {text}
                </code>{" "}
                {outcome === undefined ? words.following.runs : outcome === null ? "" : words.refused(outcome)}
              </li>
            );
          })}
        </ul>
      )}
      {caption !== undefined && !playing && <p className={styles.said}>{caption}</p>}
    </section>
  );
}
