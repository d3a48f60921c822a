/** A talk in the page, with the whole playground for its side trips. */
import type { ComponentType } from "react";
import type { Playground } from "../client/playground.ts";
import { openTalk } from "../talks/open.tsx";
import { fetchAhead } from "./fetch-ahead.ts";

export const present = (element: HTMLElement, App: ComponentType<{ readonly playground: Playground }>): Promise<void> =>
  openTalk(element, App, () => void fetchAhead());
