import { expect, test } from "vitest";
import { KERNEL_VERSIONS } from "../engine/hardware/description.ts";
import { kernelNews } from "./kernel-news.ts";

test("every kernel has its news, in whole sentences", () => {
  for (const version of KERNEL_VERSIONS) expect(kernelNews[version], version).toMatch(/^[A-Za-z].*\.$/);
});
