/** What the stage shows, as text: for who hears it, and for who has a small screen. */
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { captionAt, type Panel, pictureAt } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import styles from "./following.module.css";
import { pictureText } from "./picture-text.ts";
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
      <Picture panels={pictureAt(scene, place.cue)} player={player} />
    </section>
  );
}

/** The picture as it is while time stands still: what runs would be another sentence at each frame. */
function Picture({ panels, player }: { readonly panels: readonly Panel[]; readonly player: TalkPlayer }) {
  const hash = useStore(player.store, (state) => state.hash);
  const [told, setTold] = useState<readonly (readonly string[])[]>([]);
  useEffect(() => {
    if (hash === null) return;
    let stays = true;
    // Its records come with a frame.
    void player.playground.whenIdle().then(() => {
      const { records } = player.playground.store.getState();
      if (stays) setTold(panels.map((panel) => pictureText(panel, records)));
    });
    return () => {
      stays = false;
    };
  }, [player, panels, hash]);
  return panels.map(({ show, title, note }, i) => {
    const sentences = told[i] ?? [];
    if (sentences.length === 0) return null;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a picture's panels stay where they are
      <section key={`${show} ${i}`} aria-busy={hash === null}>
        {(title ?? note) !== undefined && <h3>{[title, note].filter(Boolean).join(", ")}</h3>}
        <ul>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>
    );
  });
}
