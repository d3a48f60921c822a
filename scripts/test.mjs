/**
 * `npm test`: sets up what is missing (packages, a browser), runs every check, and ends with `N passed, N failed`.
 * `npm test -- unit e2e` runs only these stages. A stage that fails doesn't keep the next ones from running.
 */
import { ensurePackages, requireNode } from "./setup/packages.mjs";

requireNode();
ensurePackages();

const { STAGES } = await import("./checks/stages.mjs");

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(", ")}. There are: ${STAGES.map((stage) => stage.name).join(", ")}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0 };
const lines = [];
for (const stage of STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`\n── ${stage.name}: ${stage.title} ──`);
  const started = performance.now();
  const {
    passed,
    failed,
    again = 0,
  } = await stage.run().catch((error) => {
    console.error(error);
    return { passed: 0, failed: 1, again: 0 };
  });
  total.passed += passed;
  total.failed += failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const second = again > 0 ? `, ${again} at the second try` : "";
  const mark = failed > 0 ? "✗" : "✓";
  lines.push(`${mark} ${stage.name.padEnd(12)} ${passed} passed, ${failed} failed${second} (${seconds} s)`);
}

console.log(`\n${lines.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
