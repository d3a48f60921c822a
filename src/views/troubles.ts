/** Why nothing comes from the simulator, in a sentence. */
import type { Trouble } from "../protocol/trouble.ts";

export function troubleWords(trouble: Trouble): string {
  switch (trouble.why) {
    case "not-understood":
      return `The simulator was sent something it does not understand (${trouble.said}).`;
    case "nothing-loaded":
      return "The simulator was asked for something before a scenario was loaded.";
    case "stopped":
      return `The simulation stopped: ${trouble.said}.`;
    case "cannot-run":
      return `The simulator cannot run: ${trouble.said}.`;
    case "cannot-send":
      return trouble.said;
    case "silent":
      return `The simulator has not answered for ${trouble.seconds} ${trouble.seconds === 1 ? "second" : "seconds"}.`;
    case "unanswered":
      return `${troubleWords(trouble.since)} What it was asked may still be done.`;
    case "other-version":
      return "The page and the simulator are of different versions. Load the page again.";
    case "other-scenario":
      return "Another scenario was loaded.";
    case "closed":
      return "The playground was closed.";
    case "stays-past":
      return "The machine can't go back to this instant.";
    case "shell-refused":
      return `No shell could be started: ${trouble.errno}`;
    case "no-shell":
      return `The shell could not be fetched: ${trouble.said}.`;
  }
}
