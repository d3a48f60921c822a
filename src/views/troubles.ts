/** Why nothing comes from the simulator, in a sentence. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
import type { Trouble } from "../protocol/trouble.ts";

const english = {
  "not-understood": (said: string) => `The simulator was sent something it does not understand (${said}).`,
  "nothing-loaded": "The simulator was asked for something before a scenario was loaded.",
  stopped: (said: string) => `The simulation stopped: ${said}.`,
  "cannot-run": (said: string) => `The simulator cannot run: ${said}.`,
  silent: (seconds: number) => `The simulator has not answered for ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
  unanswered: (since: string) => `${since} What it was asked may still be done.`,
  "other-version": "The page and the simulator are of different versions. Load the page again.",
  "other-scenario": "Another scenario was loaded.",
  closed: "The playground was closed.",
  "stays-past": "The machine can't go back to this instant.",
  "shell-refused": (errno: string) => `No shell could be started: ${errno}`,
  "no-shell": (said: string) => `The shell could not be fetched: ${said}.`,
};
export type TroubleWords = Words<typeof english>;
const words = inLanguages<TroubleWords>(english, { ja: () => import("./troubles.ja.ts") });

export function troubleWords(trouble: Trouble): string {
  switch (trouble.why) {
    case "cannot-send":
      return trouble.said;
    case "not-understood":
    case "stopped":
    case "cannot-run":
    case "no-shell":
      return words[trouble.why](trouble.said);
    case "silent":
      return words.silent(trouble.seconds);
    case "unanswered":
      return words.unanswered(troubleWords(trouble.since));
    case "shell-refused":
      return words["shell-refused"](trouble.errno);
    default:
      return words[trouble.why];
  }
}
