/**
 * The one registry of what can be done from the shell. The header's buttons, the list of all actions, the keys
 * and the help page are all made from it, so they cannot disagree.
 */
import {
  CircleHelp,
  CircleStop,
  Cpu,
  Expand,
  Gauge,
  GraduationCap,
  History,
  Languages,
  LayoutPanelLeft,
  List,
  Maximize,
  Palette,
  PlayCircle,
  Redo2,
  RotateCcw,
  Search,
  Server,
  Snail,
  Undo2,
} from "lucide-react";
import type { Action, ActionContext } from "./action.ts";
import { PROFILES } from "../engine/kernel/profiles/descriptions.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { machineWords } from "../client/machine-words.ts";
import { goToCulprit, shownCulprit } from "../views/verdict/culprit.ts";
import { fetchCode } from "../client/language/fetch-code.ts";
import { otherLanguage, readIn } from "./language.ts";
import { goLearn } from "./learn.ts";
import { bootKernel, partitionInView } from "./kernel-choice.ts";
import { focusPanel, PANELS, type PanelId } from "./panels.ts";
import { fasterThan, slowerThan } from "../views/time/speeds.ts";
import { appStrings } from "./strings.ts";
import { focusSearch, STAGE_VIEWS } from "./stage-control.ts";
import { TIME_ACTIONS } from "./time-actions.ts";
import { TERMINAL_ACTIONS } from "./terminal-actions.ts";
import { chooseTheme, chosenTheme, THEME_CHOICES } from "./theme.ts";

const { actions: names, panels: panelNames } = appStrings;
const state = ({ playground }: ActionContext) => playground.store.getState();
const runs = (context: ActionContext) => state(context).status === "running";

/** Attempts that can be called off: those that someone asked for. */
const running = (context: ActionContext) =>
  Object.values(state(context).records.attempt).filter(
    (attempt) => attempt.result === "running" && attempt.parent === null,
  );

/** Words of an action that is there once for each of something. */
const named = <W>(of: W, name: (words: W) => string): Action["words"] => ({
  get name() {
    return name(of);
  },
});

const PANEL_KEYS: Readonly<Record<PanelId, string>> = {
  box: "H",
  memory: "Y",
  verdict: "V",
  zones: "Z",
  log: "L",
  terminal: "X",
};

/** Brings a panel into view, out of the other's shadow where two share a place, and goes there. */
function showPanel(panel: PanelId, { terminal }: ActionContext): void {
  if (panel === "terminal" && terminal.place === "closed") terminal.setPlace(terminal.usualPlace);
  if (panel === "log" && terminal.place === "side") terminal.setPlace("closed");
  focusPanel(panel);
}

export const ACTIONS: readonly Action[] = [
  {
    id: "run",
    words: names.run,
    icon: PlayCircle,
    shortcut: "P",
    enabled: runs,
    perform: (context) => context.playground.setSpeed(state(context).speed === 0 ? context.runningSpeed : 0),
  },
  {
    id: "slower",
    words: names.slower,
    icon: Snail,
    shortcut: "S",
    enabled: runs,
    perform: (context) => context.playground.setSpeed(slowerThan(context.runningSpeed)),
  },
  {
    id: "faster",
    words: names.faster,
    icon: Gauge,
    shortcut: "Shift+S",
    enabled: runs,
    perform: (context) => context.playground.setSpeed(fasterThan(context.runningSpeed)),
  },
  {
    id: "cancel",
    words: names.cancel,
    icon: CircleStop,
    shortcut: "C",
    enabled: (context) => running(context).length > 0,
    perform: (context) => {
      for (const { id } of running(context)) void context.playground.send({ do: "signal", op: id });
    },
  },
  {
    id: "undo",
    words: names.undo,
    icon: Undo2,
    shortcut: "Ctrl+Z",
    ofText: true,
    enabled: (context) => runs(context) && state(context).offers.undo !== null,
    perform: ({ playground }) => void playground.travel("undo"),
  },
  {
    id: "redo",
    words: names.redo,
    icon: Redo2,
    shortcut: "Ctrl+Shift+Z",
    ofText: true,
    enabled: (context) => runs(context) && (state(context).offers.redo ?? state(context).offers.back) !== null,
    perform: ({ playground }) => void playground.travel("redo"),
  },
  {
    id: "culprit",
    words: names.culprit,
    icon: History,
    shortcut: "R",
    enabled: (context) =>
      runs(context) && (state(context).offers.back !== null || shownCulprit(state(context)) !== null),
    perform: (context) => {
      const shown = shownCulprit(state(context));
      if (state(context).offers.back !== null) void context.playground.travel("redo");
      else if (shown) void goToCulprit(context.playground, shown.attempt, shown.culprit);
    },
  },
  ...TIME_ACTIONS,
  {
    id: "learn",
    words: names.learn,
    icon: GraduationCap,
    enabled: () => true,
    perform: () => goLearn({ at: "index" }),
  },
  {
    id: "talk",
    words: names.talk,
    icon: PlayCircle,
    enabled: () => true,
    // A window of its own: for the screen that the audience sees.
    perform: () => window.open(`${location.pathname}#talk=2013`, "_blank", "noopener"),
  },
  {
    id: "reset",
    words: names.reset,
    icon: RotateCcw,
    shortcut: "Shift+R",
    enabled: () => true,
    perform: (context) => context.playground.load(state(context).scenario, state(context).kernels),
  },
  ...SCENARIOS.map(
    ({ name, title }): Action => ({
      id: `load-${name}`,
      words: named(names.load, (words) => words.name(machineWords.title({ name, title }))),
      icon: Server,
      enabled: () => true,
      perform: ({ playground }) => playground.load(name),
    }),
  ),
  ...PROFILES.map(
    ({ version, title }): Action => ({
      id: `kernel-${version}`,
      words: named(names.kernel, (words) => words.name(machineWords.kernel({ version, title }))),
      icon: Cpu,
      enabled: (context) => runs(context) && partitionInView(state(context))?.kernel !== version,
      perform: ({ playground }) => bootKernel(playground, version),
    }),
  ),
  ...PANELS.map(
    (panel): Action => ({
      id: `show-${panel}`,
      words: named(names.show, (words) => words.name(panelNames[panel])),
      icon: LayoutPanelLeft,
      shortcut: PANEL_KEYS[panel],
      enabled: () => true,
      perform: (context) => showPanel(panel, context),
    }),
  ),
  ...STAGE_VIEWS.map(
    (view): Action => ({
      id: `stage-${view}`,
      words: named(names.stage, (words) => words.name(appStrings.stage.names[view])),
      icon: LayoutPanelLeft,
      enabled: () => true,
      perform: ({ stage }) => {
        stage.show(view);
        focusPanel("memory");
      },
    }),
  ),
  {
    id: "find",
    words: names.find,
    icon: Search,
    shortcut: "/",
    enabled: () => true,
    perform: ({ stage }) => {
      stage.show("scale");
      focusSearch(document);
    },
  },
  {
    id: "full-stage",
    words: names.fullStage,
    icon: Expand,
    shortcut: "M",
    enabled: () => true,
    perform: ({ stage }) => stage.setFull(!stage.full),
  },
  ...TERMINAL_ACTIONS,
  {
    id: "theme",
    words: names.theme,
    icon: Palette,
    shortcut: "T",
    enabled: () => true,
    perform: ({ setTheme }) => {
      const next = THEME_CHOICES[(THEME_CHOICES.indexOf(chosenTheme()) + 1) % THEME_CHOICES.length] ?? "auto";
      chooseTheme(next);
      setTheme(next);
    },
  },
  {
    id: "language",
    words: names.language,
    icon: Languages,
    enabled: () => true,
    // Where its words can't be fetched the page stays as it is.
    perform: () => void readIn(otherLanguage(), window).catch(() => {}),
  },
  {
    id: "projector",
    words: names.projector,
    icon: Maximize,
    shortcut: "Shift+P",
    enabled: () => true,
    perform: () => void fetchCode(() => import("./projector.ts"), "turnProjector").then((code) => code.turnProjector()),
  },
  {
    id: "full-screen",
    words: names.fullScreen,
    icon: Maximize,
    shortcut: "F",
    enabled: () => document.fullscreenEnabled,
    perform: () => {
      void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    },
  },
  {
    id: "palette",
    words: names.palette,
    icon: List,
    shortcut: "Ctrl+K",
    enabled: () => true,
    perform: ({ open }) => open("palette"),
  },
  {
    id: "help",
    words: names.help,
    icon: CircleHelp,
    shortcut: "?",
    enabled: () => true,
    perform: ({ open }) => open("help"),
  },
];

export function findAction(id: string): Action {
  const action = ACTIONS.find((candidate) => candidate.id === id);
  if (!action) throw new Error(`no action is called ${id}`);
  return action;
}
