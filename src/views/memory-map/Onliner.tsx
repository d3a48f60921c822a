/** Who brought a block online, where that was not boot. */
import { useWordChanges } from "../../client/language/react.ts";
import { usePlaygroundState } from "../../client/react.tsx";
import { onlinerStrings as words } from "./onliner-strings.ts";

export default function Onliner({ block }: { readonly block: string }) {
  useWordChanges();
  const onliner = usePlaygroundState(({ records }) => records.block[block]?.onliner ?? null);
  const text = onliner && words.onliner(onliner);
  return text ? <span title={onliner.late && words.onlinerLate(onliner.late)}>{text}</span> : null;
}
