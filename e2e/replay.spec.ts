/** What was done in a browser, played again in Node: the same machine, to the bit. */
import { journalEntries } from "../src/engine/time/journal.ts";
import { simNs } from "../src/engine/units.ts";
import { findScenario } from "../src/protocol/scenarios/index.ts";
import { EngineHost } from "../src/worker/engine-host.ts";
import { expect, test } from "./support/playground.ts";

test("a session with a drag, a shell and Ctrl-C comes to the same state in Node", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await page.keyboard.press("Control+`");
  await expect(page.getByRole("textbox", { name: /^Shell on/ })).toBeFocused();
  for (const line of ["mem anon 20 1 &", "echo $RANDOM > $(mktemp); ls /tmp", "while :; do echo tick; done"]) {
    await page.keyboard.type(line);
    await page.keyboard.press("Enter");
  }
  await page.evaluate(() => window.__playground?.send({ do: "move", dimm: "d3", to: { shelf: true } }));
  await page.keyboard.press("Control+c");
  await page.keyboard.type("echo offline > /sys/devices/system/memory/memory45/state; dmesg | tail -3\r");
  await page.waitForTimeout(300);
  await page.evaluate(() => window.__playground?.setSpeed(0));
  const past = await page.evaluate(async () => {
    const told = await window.__playground?.past();
    return told && { ...told, journal: { ...told.journal, bytes: [...told.journal.bytes] } };
  });
  if (!past) throw new Error("the page does not tell its past");
  const scenario = findScenario("busy-server");
  if (!scenario) throw new Error("no such scenario");
  const again = new EngineHost(scenario);
  await again.joinTerminals({ output: () => {}, ended: () => {} }, (command, origin) => again.act(command, origin));
  const entries = [...journalEntries({ ...past.journal, bytes: Uint8Array.from(past.journal.bytes) })];
  expect(entries.filter(({ command }) => command.do === "terminal-input").length).toBeGreaterThan(50);
  again.replay(entries, { step: past.instant.step, at: simNs(past.instant.at) });
  expect(again.past().hash).toBe(past.hash);
});
