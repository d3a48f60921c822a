/** The glossary of kernel functions, when somebody asks about one. Whoever asked has the focus again afterwards. */
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { fetchCode } from "../client/language/fetch-code.ts";
import { asked } from "../views/glossary/asked.ts";
import { Dialog } from "./Dialog.tsx";
import styles from "./dialog.module.css";
import { helpStrings as strings } from "./help-strings.ts";

type Code = typeof import("../views/glossary/Glossary.tsx");

const close = () => asked.setState({ about: null });

export function GlossaryPlace() {
  const about = useStore(asked, (state) => state.about);
  const [code, setCode] = useState<Code | null>(null);
  const from = useRef<Element | null>(null);
  useEffect(() => {
    if (!about) return;
    let stays = true;
    from.current ??= document.activeElement;
    // What can't be had now is asked for again with the next click.
    fetchCode(() => import("../views/glossary/Glossary.tsx"), "Glossary").then(
      (fetched) => stays && setCode(fetched),
      close,
    );
    return () => {
      stays = false;
    };
  }, [about]);
  useEffect(() => {
    if (about || !from.current) return;
    // The operation may have gone on meanwhile: then the name stands elsewhere, or nowhere.
    const name = from.current.getAttribute("data-function");
    const back = from.current.isConnected ? from.current : document.querySelector(`[data-function="${name}"]`);
    from.current = null;
    if (back instanceof HTMLElement) back.focus();
  }, [about]);
  if (!about || !code) return null;
  return (
    <Dialog title={strings.glossary} onClose={close} className={styles.glossary}>
      <code.Glossary about={about} />
    </Dialog>
  );
}
