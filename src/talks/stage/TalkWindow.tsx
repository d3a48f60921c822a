/** A window of the talk: the audience's or the speaker's; both, one behind the other, where the browser refuses a second window. */
import { type ComponentType, useCallback, useState } from "react";
import type { Playground } from "../../client/playground.ts";
import type { Driver } from "../../follow/driver.ts";
import controls from "../../lessons/controls.module.css";
import type { Conductor, Role } from "../conductor.ts";
import styles from "./audience.module.css";
import { Audience } from "./Audience.tsx";
import { Speaker } from "./Speaker.tsx";
import { stageStrings } from "./strings.ts";

export interface TalkView {
  readonly conductor: Conductor;
  /** Where the talk can be followed. */
  readonly address: string;
  /** Tells those who follow; `null` where no room is served. */
  readonly driver: Driver | null;
  /** The whole playground, for side trips. */
  readonly App: ComponentType<{ readonly playground: Playground }>;
  /** Opens the speaker's window, or the audience's from there. */
  openOther(): void;
}

interface TalkWindowProps extends Omit<TalkView, "openOther"> {
  readonly role: Role;
  /** False: the browser refused it. */
  openOther(): boolean;
}

const VIEWS = { audience: Audience, speaker: Speaker } as const;

export function TalkWindow({ role, openOther, ...props }: TalkWindowProps) {
  const [shown, setShown] = useState(role);
  const [hasBoth, setHasBoth] = useState(false);
  const other = shown === "audience" ? "speaker" : "audience";
  const open = useCallback(() => {
    if (!hasBoth && openOther()) return;
    setHasBoth(true);
    setShown(other);
  }, [hasBoth, openOther, other]);
  const View = VIEWS[shown];
  const words = stageStrings.both;
  return (
    <div className={styles.window} data-both={hasBoth || undefined}>
      {hasBoth && (
        <nav className={`${controls.controls} ${styles.both}`} aria-label={words.label}>
          {(["audience", "speaker"] as const).map((view) => (
            <button
              key={view}
              type="button"
              aria-current={view === shown ? "page" : undefined}
              onClick={() => setShown(view)}
            >
              {words[view]}
            </button>
          ))}
          <p role="status">
            {words.why} <kbd>S</kbd>
          </p>
        </nav>
      )}
      <View {...props} openOther={open} />
    </div>
  );
}
