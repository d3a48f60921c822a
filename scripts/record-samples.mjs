/**
 * Writes down the box that tests of views see: what the real engine, its host and its projector tell of the story in
 * src/worker/testing/sample-box.ts. src/client/sample.test.ts says when it has to be taken again.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { importTypeScript } from "./import-ts.mjs";
import { root } from "./setup/packages.mjs";

const { sampleText, takeSample } = await importTypeScript("src/worker/testing/sample-box.ts");
const text = sampleText(takeSample());
writeFileSync(join(root, "src/client/sample.json"), text);
console.log(`${Math.round(text.length / 1024)} KiB of samples taken`);
