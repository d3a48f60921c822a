import { occasionWords } from "../client/owners.ts";
import { ChevronDown, GraduationCap, Monitor, Moon, Sun } from "lucide-react";
import { useId } from "react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { useLateCode } from "../client/late-code.ts";
import { machineWords } from "../client/machine-words.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import { describeProfile, PROFILES } from "../engine/kernel/profiles/descriptions.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import { ActionButton, useActionContext } from "./action-context.tsx";
import { clockTime } from "../views/time/clock.ts";
import styles from "./header.module.css";
import { bootKernel, partitionInView } from "./kernel-choice.ts";
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
        <Travel />
        <ActionButton action="learn" className={styles.learn}>
          <GraduationCap aria-hidden />
          <span>{strings.learn.button}</span>
        </ActionButton>
        <ActionButton action="reset" className={styles.icon} />
        <ActionButton action="theme" className={styles.icon} label={strings.theme.label[theme]}>
          <ThemeIcon aria-hidden />
        </ActionButton>
        <ActionButton action="language" className={styles.icon} />
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
  const title = usePlaygroundState((state) => state.title);
  const scenario = findScenario(name);
  return (
    <label className={styles.menu} title={scenario && machineWords.about(scenario)}>
      <span className={styles.menuName}>{strings.scenario}</span>
      <b>{machineWords.title({ name, title })}</b>
      <ChevronDown aria-hidden />
      <select value={name} onChange={(event) => playground.load(event.target.value)}>
        {!scenario && <option value={name}>{machineWords.title({ name, title })}</option>}
        {SCENARIOS.map((entry) => (
          <option key={entry.name} value={entry.name}>
            {machineWords.title(entry)}
          </option>
        ))}
      </select>
    </label>
  );
}

const GROUPS = (["recorded", "source", "imagined"] as const).map((evidence) => ({
  evidence,
  profiles: PROFILES.filter((profile) => profile.evidence === evidence),
}));

/** What is new in each kernel: nobody reads it before there is a picture. */
const loadNews = () => import("../client/kernel-news.ts");

/** Kernel and command line of the partition that is looked at. Another kernel can be chosen: the scenario begins anew with it. */
function Kernel() {
  const playground = usePlayground();
  const partition = usePlaygroundState(partitionInView);
  const news = useLateCode(loadNews, "kernelNews").here?.kernelNews;
  if (!partition) return null;
  const profile = describeProfile(partition.kernel);
  const name = machineWords.partition(partition.name);
  return (
    <>
      <label className={`${styles.menu} ${styles.chip}`} title={news?.[profile.version]}>
        <span className={styles.menuName}>{name}</span>
        <b>{machineWords.kernel(profile)}</b>
        <ChevronDown aria-hidden />
        <select
          aria-label={strings.kernels.choose(name)}
          value={partition.kernel}
          onChange={(event) => bootKernel(playground, event.target.value as KernelVersion)}
        >
          {GROUPS.map(({ evidence, profiles }) => (
            <optgroup key={evidence} label={strings.kernels[evidence]}>
              {profiles.map((one) => (
                <option key={one.version} value={one.version} title={news?.[one.version]}>
                  {strings.kernels.option(
                    machineWords.kernel(one),
                    one.released && machineWords.released(one.released),
                    one.recordings,
                  )}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {partition.cmdline !== "" && (
        <code className={styles.cmdline} title={`${strings.cmdline(name)}: ${partition.cmdline}`}>
          {partition.cmdline}
        </code>
      )}
      {partition.notSimulated.length > 0 && <IdleWords words={partition.notSimulated} />}
    </>
  );
}

/** How many words of the command line do nothing here; opened, which. */
function IdleWords({ words }: { readonly words: readonly string[] }) {
  const id = useId();
  return (
    <>
      <button type="button" className={styles.idleWords} popoverTarget={id}>
        {strings.notSimulated.count(words.length)}
      </button>
      <div id={id} popover="auto" className={styles.idleList} role="note">
        <p>{strings.notSimulated.about}</p>
        <ul>
          {words.map((word) => (
            <li key={word}>
              <code>{word}</code>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

/** Back to before what was done last, and forward again; said when it is so. */
function Travel() {
  const { undo, redo, back } = usePlaygroundState((state) => state.offers);
  const travelled = usePlaygroundState((state) => state.travelled);
  const { travel } = strings;
  return (
    <>
      <ActionButton
        action="undo"
        className={styles.icon}
        idle={undo === null}
        {...(undo !== null && { label: travel.undo(occasionWords(undo)) })}
      />
      <ActionButton
        action="redo"
        className={styles.icon}
        idle={redo === null && back === null}
        {...(redo && { label: travel.redo(occasionWords(redo)) })}
        {...(back !== null && { label: travel.back(clockTime(back)) })}
      />
      <span className="visually-hidden" role="status">
        {travelled &&
          travel.went[travelled.went](travelled.what ? occasionWords(travelled.what) : "", clockTime(travelled.at))}
      </span>
    </>
  );
}

/** Says that a scenario is being made, and that it is there. */
function Loaded() {
  const status = usePlaygroundState((state) => state.status);
  const name = usePlaygroundState((state) => state.scenario);
  const title = machineWords.title({ name, title: usePlaygroundState((state) => state.title) });
  return (
    <p className="visually-hidden" role="status">
      {status === "starting" ? strings.loading(title) : status === "running" ? strings.loaded(title) : ""}
    </p>
  );
}
