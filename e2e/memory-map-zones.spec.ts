import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("a zone gives up what goes offline, and the node chosen in the map is the one shown", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  const zones = page.getByRole("region", { name: "Zones", exact: true });
  const movable = zones.getByRole("region", { name: "Movable", exact: true });
  await page.getByRole("radio", { name: "Partition A, node 1" }).check({ force: true });
  await expect(zones).toContainText("A · node 1");
  await movable.locator("summary").click();
  const present = movable.getByRole("row", { name: /^present/ });
  const { records } = await playground.state();
  const before = records.zone["A/1/Movable"]?.present ?? 0;
  await expect(present).toContainText(new Intl.NumberFormat("en").format(before));

  // An empty block of the zone goes offline at once.
  const blocks = (records.node["A/1"]?.blocks ?? []).flatMap((key) => records.block[key] ?? []);
  const empty = blocks.find((block) => block.zone === "Movable" && block.kinds[1] === block.pages);
  if (!empty) throw new Error("the scenario has no empty movable block");
  await playground.send({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/memory${empty.number}/state`,
    text: "offline",
  });
  await playground.idle();
  await expect(present).toContainText(new Intl.NumberFormat("en").format(before - empty.pages));
  await expect(movable.getByText("everything in it can be moved")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("radio", { name: "Partition B, node 0" }).check({ force: true });
  await expect(zones).toContainText("B · node 0");
});
