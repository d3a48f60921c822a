import { ChevronDown, Monitor, Moon, Sun } from "lucide-react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import { ActionButton, useActionContext } from "./action-context.tsx";
import styles from "./header.module.css";
import { SpeedControl } from "./SpeedControl.tsx";
import { appStrings as strings } from "./strings.ts";

const THEME_ICONS = { auto: Monitor, light: Sun, dark: Moon } as const;

export function Header() {
  const { theme } = useActionContext();
  const ThemeIcon = THEME_ICONS[theme];
  return (
    <header className={styles.header}>
      <h1 className={styles.brand}>{strings.name}</h1>
      <ScenarioMenu />
      <Kernel />
      <div className={styles.space} />
      <SpeedControl />
      <div className={styles.buttons}>
        <ActionButton action="reset" className={styles.icon} />
        <ActionButton action="theme" className={styles.icon} label={strings.theme.label[theme]}>
          <ThemeIcon aria-hidden />
        </ActionButton>
        <ActionButton action="palette" className={styles.icon} />
        <ActionButton action="help" className={styles.icon} />
      </div>
      <Loaded />
    </header>
  );
}

function ScenarioMenu() {
  const playground = usePlayground();
  const name = usePlaygroundState((state) => state.scenario);
  const scenario = findScenario(name);
  return (
    <label className={styles.menu} title={scenario?.about}>
      <span className={styles.menuName}>{strings.scenario}</span>
      <b>{scenario?.title ?? name}</b>
      <ChevronDown aria-hidden />
      <select value={name} onChange={(event) => playground.load(event.target.value)}>
        {SCENARIOS.map((entry) => (
          <option key={entry.name} value={entry.name}>
            {entry.title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Kernel and command line of the partition that is looked at. */
function Kernel() {
  const partition = usePlaygroundState(({ records, selection }) => {
    const node = selection.node === null ? undefined : records.node[selection.node];
    return node ? records.partition[node.partition] : Object.values(records.partition)[0];
  });
  if (!partition) return null;
  return (
    <>
      <span className={styles.chip}>
        <span className={styles.menuName}>{partition.name}</span>
        <b>{strings.linux(partition.kernel)}</b>
      </span>
      {partition.cmdline !== "" && (
        <code className={styles.cmdline} title={`${strings.cmdline(partition.name)}: ${partition.cmdline}`}>
          {partition.cmdline}
        </code>
      )}
    </>
  );
}

/** Says that a scenario is being made, and that it is there. */
function Loaded() {
  const status = usePlaygroundState((state) => state.status);
  const name = usePlaygroundState((state) => state.scenario);
  const title = findScenario(name)?.title ?? name;
  return (
    <p className="visually-hidden" role="status">
      {status === "starting" ? strings.loading(title) : status === "running" ? strings.loaded(title) : ""}
    </p>
  );
}
