import type { Playground } from "../client/playground.ts";
import { askAbout } from "../views/glossary/asked.ts";
import { partitionInView } from "./kernel-choice.ts";

/** Shows all kernel functions, by the names of the kernel that is looked at. */
export const openGlossary = ({ store }: Playground): void =>
  askAbout(null, partitionInView(store.getState())?.kernel ?? "6.1");
