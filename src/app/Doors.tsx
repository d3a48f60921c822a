/** What else there is to do here: a list of links, below the first question. Fetched after the box. */
import { BookOpen, ChevronRight, ServerCrash, SquareTerminal } from "lucide-react";
import { findScenario } from "../protocol/scenarios/index.ts";
import { findCard, TRACKS } from "../lessons/catalogue.ts";
import { storedProgress } from "../lessons/progress.ts";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import { addressOfLesson } from "./learn.ts";
import styles from "./doors.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.doors;

export function Doors() {
  const context = useActionContext();
  const cards = TRACKS.flatMap((track) => track.cards);
  const busy = findScenario("device-busy");
  return (
    <ul className={styles.doors} aria-label={strings.title}>
      <li>
        <a href="#lessons">
          <BookOpen aria-hidden />
          <span>
            <b>{strings.learn}</b>
            {strings.learnAbout(cards.length)}
          </span>
          <ChevronRight aria-hidden />
        </a>
      </li>
      {busy && (
        <li>
          <a href={`?scenario=${busy.name}`}>
            <ServerCrash aria-hidden />
            <span>
              <b>{busy.title}</b>
            </span>
            <ChevronRight aria-hidden />
          </a>
        </li>
      )}
      <li>
        <button type="button" onClick={() => findAction("terminal").perform(context)}>
          <SquareTerminal aria-hidden />
          <span>
            <b>{strings.type}</b>
            {strings.typeAbout}
          </span>
          <ChevronRight aria-hidden />
        </button>
      </li>
    </ul>
  );
}

/** Where to go from the first answer. */
export function FirstLesson() {
  const progress = storedProgress();
  const card = TRACKS[0]?.cards.find(({ id }) => !progress[id]);
  const first = card && findCard(card.id);
  if (!first) return null;
  return (
    <p className={styles.first}>
      <a href={addressOfLesson(first.id)}>
        {strings.firstLesson(first.title)}
        <ChevronRight aria-hidden />
      </a>
    </p>
  );
}
