/** What an action is, and what it can work with: the registry in ./actions.ts lists them all. */
import type { LucideIcon } from "lucide-react";
import type { Playground } from "../client/playground.ts";
import type { StageControl } from "./stage-control.ts";
import type { TerminalControl } from "./terminal-place.ts";
import type { ThemeChoice } from "./theme.ts";

/** What an action can work with. */
export interface ActionContext {
  readonly playground: Playground;
  /** The speed that running goes back to after a pause. */
  readonly runningSpeed: number;
  readonly theme: ThemeChoice;
  setTheme(choice: ThemeChoice): void;
  readonly terminal: TerminalControl;
  readonly stage: StageControl;
  open(dialog: "help" | "palette"): void;
}

export interface Action {
  readonly id: string;
  /** In the reader's language: to be read when they are shown. */
  readonly words: { readonly name: string };
  readonly icon: LucideIcon;
  /** As shortcuts.ts reads it, e.g. `Shift+R`, `?`, `Ctrl+K`. */
  readonly shortcut?: string;
  /** Where text is typed, its keys are the text's. */
  readonly ofText?: true;
  /** Whether it can be done now. */
  enabled(context: ActionContext): boolean;
  perform(context: ActionContext): void;
}
