/** The page starts here: one playground, the theme, and the app around it. */
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./theme.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPlayground } from "../client/create-playground.ts";
import { fetchCode } from "../client/language/fetch-code.ts";
import type { Playground } from "../client/playground.ts";
import { followAddress, readAddress } from "./address.ts";
import { App } from "./App.tsx";
import { followAttempts } from "./follow.ts";
import { openInLanguage } from "./language.ts";
import { refuseStrayDrops } from "./stray-drops.ts";
import { followSystemTheme } from "./theme.ts";

declare global {
  interface Window {
    /** The playground of this page: for browser tests and benchmarks, and for whoever opens the console. */
    __playground?: Playground;
  }
}

followSystemTheme();
refuseStrayDrops(window);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
// Words first: a page that changes its language before one's eyes would be drawn twice.
const opened = openInLanguage(window);
if (location.hash.startsWith("#talk=")) void opened.then(() => presentIn(root));
else void opened.then(() => openPlayground(root));

async function presentIn(element: HTMLElement): Promise<void> {
  const { present } = await fetchCode(() => import("./present.ts"), "present");
  await present(element, App);
}

function openPlayground(element: HTMLElement): void {
  const { scenario, kernels } = readAddress(location.search);
  const playground = createPlayground(scenario, { kernels });
  followAttempts(playground);
  followAddress(playground, window);
  window.__playground = playground;
  createRoot(element).render(
    <StrictMode>
      <App playground={playground} />
    </StrictMode>,
  );
}
