/** Comments among a shell's lines are the playground's own words; everything else is what was typed, or what Linux said. */
import { expect, test } from "vitest";
import ja from "./strings.ja.ts";

test.each([
  [
    "# d6 goes into slot A/0/2: firmware tells the kernel to check PNP0C80:02",
    "# d6 がスロット A/0/2 に入ります: ファームウェアがカーネルに PNP0C80:02 の確認を求めます",
  ],
  [
    "# firmware asks the kernel for PNP0C80:02, as this would:",
    "# ファームウェアが、次の行と同じように、カーネルに PNP0C80:02 を求めます:",
  ],
  [
    "echo offline > /sys/devices/system/memory/memory44/state",
    "echo offline > /sys/devices/system/memory/memory44/state",
  ],
  ["Offlined Pages 32768", "Offlined Pages 32768"],
])("%s", (line, japanese) => {
  expect(ja.line(line)).toBe(japanese);
});
