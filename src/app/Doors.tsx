/** What else there is to do here: a list of links, below the first question. Fetched after the box. */
import {
  BookOpen,
  ChevronRight,
  type LucideIcon,
  Presentation,
  Scale,
  ServerCrash,
  SquareTerminal,
} from "lucide-react";
import { findCard, TRACKS } from "../lessons/catalogue.ts";
import { storedProgress } from "../lessons/progress.ts";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import { doorStrings as strings } from "./door-strings.ts";
import { addressOfLesson } from "./learn.ts";
import styles from "./doors.module.css";

const cardsOf = (track: string) => TRACKS.find(({ id }) => id === track)?.cards ?? [];

export function Doors() {
  const context = useActionContext();
  const [lessons, cases] = [cardsOf("talk"), cardsOf("field")];
  const progress = storedProgress();
  const nextCase = cases.find(({ id }) => !progress[id]) ?? cases[0];
  return (
    <ul className={styles.doors} aria-label={strings.title}>
      <Door icon={BookOpen} to="#lessons" name={strings.learn} about={strings.learnAbout(lessons.length)} />
      {nextCase && (
        <Door
          icon={ServerCrash}
          to={addressOfLesson(nextCase.id)}
          name={strings.cases}
          about={strings.casesAbout(cases.length)}
        />
      )}
      <Door icon={Scale} to="#predict" name={strings.predict} about={strings.predictAbout} />
      <Door icon={Presentation} to="#talk=2013" name={strings.talk} about={strings.talkAbout} apart />
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

interface DoorProps {
  readonly icon: LucideIcon;
  readonly to: string;
  readonly name: string;
  readonly about: string;
  /** In a window of its own: it is another page. */
  readonly apart?: boolean;
}

function Door({ icon: Icon, to, name, about, apart = false }: DoorProps) {
  return (
    <li>
      <a href={to} {...(apart && { target: "_blank", rel: "noopener" })}>
        <Icon aria-hidden />
        <span>
          <b>{name}</b>
          {about}
        </span>
        <ChevronRight aria-hidden />
      </a>
    </li>
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
