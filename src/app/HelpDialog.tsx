import { useState } from "react";
import { usePlayground } from "../client/react.tsx";
import { ACTIONS } from "./actions.ts";
import { Dialog } from "./Dialog.tsx";
import styles from "./dialog.module.css";
import { helpStrings as strings } from "./help-strings.ts";
import { openGlossary } from "./open-glossary.ts";
import { plainKeysOn, setPlainKeys } from "./shortcuts.ts";

/** What to try, and every key: those of the registry, and those of the views. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const playground = usePlayground();
  const [plain, setPlain] = useState(plainKeysOn);
  const keys = [
    ...strings.inViews,
    ...ACTIONS.flatMap(({ shortcut, words }) => (shortcut === undefined ? [] : [[shortcut, words.name] as const])),
  ];
  return (
    <Dialog title={strings.title} onClose={onClose}>
      <h3 className={styles.part}>{strings.ways}</h3>
      <ul className={styles.ways}>
        {strings.wayList.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
      <h3 className={styles.part}>{strings.keys}</h3>
      <dl className={styles.keys}>
        {keys.map(([key, name]) => (
          <div key={`${key} ${name}`}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <button
        type="button"
        className={`word-button ${styles.link}`}
        onClick={() => {
          onClose();
          openGlossary(playground);
        }}
      >
        {strings.glossaryAbout}
      </button>
      <label className={styles.option}>
        <input
          type="checkbox"
          checked={plain}
          onChange={(event) => {
            setPlainKeys(event.target.checked);
            setPlain(event.target.checked);
          }}
        />
        <span>
          {strings.plainKeys}
          <small>{strings.plainKeysHelp}</small>
        </span>
      </label>
    </Dialog>
  );
}
