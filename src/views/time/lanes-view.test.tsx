// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { sampleLog, sampleRecords } from "../../client/sample-records.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { Lanes } from "./Lanes.tsx";

let mounted: Mounted;
afterEach(() => mounted.unmount());

const HERE = "What you do appears here.";

async function show(playground = createFakePlayground()): Promise<string | null> {
  const reel = await playground.reel();
  mounted = await mount(<Lanes reel={reel} begin={0} onList={() => {}} />, playground);
  return mounted.page.textContent;
}

it("says where what is done will appear, as long as nothing was", async () => {
  expect(await show(createFakePlayground({ records: { ...sampleRecords(), attempt: {} }, log: [] }))).toContain(HERE);
});

it("says nothing of the kind once something happened", async () => {
  expect(sampleLog().length).toBeGreaterThan(0);
  expect(await show()).not.toContain(HERE);
});
