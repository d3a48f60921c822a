/** The talks that can be given: the built-in one, and any from a file. */
import { JsonFileField } from "../client/JsonFileField.tsx";
import { problemWords } from "../client/problem-words.ts";
import { FolderOpen, MonitorSpeaker, PenLine, Presentation, Printer } from "lucide-react";
import { useRef, useState } from "react";
import { fetchCode } from "../client/language/fetch-code.ts";
import { talkStrings as words } from "./talk-strings.ts";
import styles from "./talks.module.css";

export function Talks() {
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const open = async (chosen: File) => {
    const { openTalkFile } = await fetchCode(() => import("../talks/open.tsx"), "openTalkFile");
    setProblem((await openTalkFile(chosen)) ?? "");
  };
  return (
    <section className={styles.talks}>
      <h3>{words.title}</h3>
      <p>{words.about}</p>
      <p>
        <a href="#talk=2013" target="_blank" rel="noreferrer">
          <Presentation aria-hidden /> {words.audience}
        </a>
        <a href="#talk=2013&speaker" target="_blank" rel="noreferrer">
          <MonitorSpeaker aria-hidden /> {words.speaker}
        </a>
        <a href="#talk=2013&print" target="_blank" rel="noreferrer">
          <Printer aria-hidden /> {words.paper}
        </a>
        <a href="#talk=own&write" target="_blank" rel="noreferrer">
          <PenLine aria-hidden /> {words.write}
        </a>
        <button type="button" onClick={() => file.current?.click()}>
          <FolderOpen aria-hidden /> {words.open}
        </button>
        <JsonFileField ref={file} label={words.open} onFile={(chosen) => void open(chosen)} />
      </p>
      {problem !== "" && <p role="alert">{problemWords.say(problem)}</p>}
    </section>
  );
}
