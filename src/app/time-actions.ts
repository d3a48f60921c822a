/** Ways through the seen past, as actions: a key, a name in the list of all actions, a line on the help page. */
import { ArrowLeftToLine, Bookmark, SkipBack, SkipForward } from "lucide-react";
import type { Reel } from "../client/film/reel.ts";
import type { Playground } from "../client/playground.ts";
import type { Action, ActionContext } from "./action.ts";
import { appStrings } from "./strings.ts";

const { actions: names } = appStrings;

const inPast = ({ playground }: ActionContext): boolean => playground.store.getState().cursor !== null;
const runs = ({ playground }: ActionContext): boolean => playground.store.getState().status === "running";

/** Without its code there is no past to go to, and the key does nothing. */
function withReel(playground: Playground, act: (reel: Reel) => unknown): void {
  playground.reel().then(act, () => {});
}

/** To the command or the end of an attempt before what is shown (-1), or after it (1). */
function toEvent(playground: Playground, way: 1 | -1): void {
  withReel(playground, (reel) =>
    import("../views/time/ways.ts").then(
      (code) => code.toEvent(playground, reel, way),
      () => {},
    ),
  );
}

export const TIME_ACTIONS: readonly Action[] = [
  {
    id: "picture-back",
    words: names.pictureBack,
    icon: SkipBack,
    shortcut: ",",
    enabled: runs,
    perform: ({ playground }) => withReel(playground, (reel) => reel.stepFunction(-1)),
  },
  {
    id: "picture-on",
    words: names.pictureOn,
    icon: SkipForward,
    shortcut: ".",
    enabled: (context) => inPast(context) || !context.playground.store.getState().idle,
    perform: (context) => {
      if (inPast(context)) withReel(context.playground, (reel) => reel.stepFunction(1));
      else void context.playground.step();
    },
  },
  {
    id: "event-back",
    words: names.eventBack,
    icon: SkipBack,
    shortcut: "<",
    enabled: runs,
    perform: ({ playground }) => toEvent(playground, -1),
  },
  {
    id: "event-on",
    words: names.eventOn,
    icon: SkipForward,
    shortcut: ">",
    enabled: inPast,
    perform: ({ playground }) => toEvent(playground, 1),
  },
  {
    id: "present",
    words: names.present,
    icon: ArrowLeftToLine,
    shortcut: "E",
    enabled: inPast,
    perform: ({ playground }) => withReel(playground, (reel) => reel.leave()),
  },
  {
    id: "bookmark",
    words: names.bookmark,
    icon: Bookmark,
    shortcut: "B",
    enabled: runs,
    perform: ({ playground }) => withReel(playground, (reel) => reel.bookmark(appStrings.bookmark)),
  },
  {
    id: "fork",
    words: names.fork,
    icon: Bookmark,
    shortcut: "K",
    enabled: runs,
    perform: ({ playground }) =>
      import("../views/time/ways.ts").then(
        ({ forkHere }) => forkHere(playground),
        () => {},
      ),
  },
  {
    id: "next-bookmark",
    words: names.nextBookmark,
    icon: Bookmark,
    shortcut: "Ctrl+B",
    ofText: true,
    enabled: runs,
    perform: ({ playground }) =>
      withReel(playground, (reel) => {
        const at = reel.scene?.id ?? Number.POSITIVE_INFINITY;
        const next = reel.bookmarks.find(({ id }) => id > at) ?? reel.bookmarks[0];
        if (next) reel.goTo(reel.film.indexOf(next.id));
      }),
  },
];
