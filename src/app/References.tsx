/**
 * References: what a view underlines selects a page, a block or a node everywhere when it is clicked. With Ctrl, or by `O` where
 * the focus is on it, the tab is opened besides in which that is at home. What names a kernel function leads into the glossary.
 * Fetched with the views.
 */
import { useEffect } from "react";
import type { Selection } from "../client/playground.ts";
import { usePlayground } from "../client/react.tsx";
import { useActionContext } from "./action-context.tsx";
import { GlossaryPlace } from "./GlossaryPlace.tsx";
import { plainKeysOn } from "./shortcuts.ts";
import type { StageView } from "./stage-control.ts";

/** The tab of the large panel in which what was chosen is at home: a page in its block, a node in its zones. */
export function homeOf(before: Selection, { block, pfn, node }: Selection): StageView {
  if (pfn !== before.pfn || block !== before.block) return "physical";
  return node !== before.node || block === null ? "zones" : "physical";
}

const referenceAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-ref]") : null;

export function References() {
  const playground = usePlayground();
  const { stage } = useActionContext();
  useEffect(() => {
    const { store } = playground;
    let before = store.getState().selection;
    const open = () => stage.show(homeOf(before, store.getState().selection));
    const note = () => {
      before = store.getState().selection;
    };
    const onClick = (event: MouseEvent) => {
      if ((event.ctrlKey || event.metaKey) && referenceAt(event.target)) open();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const reference = referenceAt(document.activeElement);
      if (!reference || event.ctrlKey || event.metaKey || event.altKey || event.key.toUpperCase() !== "O") return;
      if (event.defaultPrevented || !plainKeysOn()) return;
      event.preventDefault();
      reference.click();
      open();
    };
    window.addEventListener("click", note, true);
    window.addEventListener("click", onClick);
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("click", note, true);
      window.removeEventListener("click", onClick);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [playground, stage]);
  return <GlossaryPlace />;
}
