/** Why nothing comes from a simulator, or no more, as data. Words are the views'. `said`: what a program said of itself. */
export type Trouble =
  | { readonly why: "not-understood"; readonly said: string }
  | { readonly why: "nothing-loaded" } // something was asked before a scenario was
  | { readonly why: "stopped"; readonly said: string } // the machine contradicted itself
  | { readonly why: "cannot-run"; readonly said: string }
  | { readonly why: "cannot-send"; readonly said: string }
  /** It has not answered for so many seconds. */
  | { readonly why: "silent"; readonly seconds: number }
  /** It does not answer, and may yet do what it was asked. */
  | { readonly why: "unanswered"; readonly since: Trouble }
  | { readonly why: "other-version" }
  | { readonly why: "other-scenario" } // another was loaded
  | { readonly why: "closed" }
  | { readonly why: "stays-past" } // the machine can't go back to the instant that is shown
  | { readonly why: "shell-refused"; readonly errno: string } // by the machine
  | { readonly why: "no-shell"; readonly said: string }; // its code did not come
