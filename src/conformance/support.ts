/**
 * Prints what kernels support, as experiments on the simulated machine find it: the talk's slides for one kernel, and
 * what changed from one kernel to another.
 */
import { KERNEL_VERSIONS, type KernelVersion } from "../engine/hardware/description.ts";
import {
  type Ability,
  type SupportReport,
  supportChanges,
  supportReport,
} from "../engine/experiments/support-report.ts";
import { describeProfile, versionNamed } from "../engine/kernel/profiles/index.ts";
import { BadInput } from "./input.ts";
import type { ExitCode, Output } from "./run.ts";
import { largest } from "../engine/lists.ts";

const USAGE = "usage: npm run report -- [--kernel VERSION] [--from VERSION] [--json]";
/** The talk looked back from its own day to the kernel that it had started from. */
const DAY_OF_THE_TALK: KernelVersion = "3.9";
const START_OF_THE_TALK: KernelVersion = "3.7";
/** The abilities that have a slide of their own. */
const SLIDES: readonly Ability[] = ["add", "remove", "online", "offline"];

export function supportTool(args: readonly string[], { out }: Output): ExitCode {
  const { kernel, from, json } = optionsOf(args);
  const report = supportReport(kernel);
  const before = supportReport(from);
  const changes = supportChanges(before, report);
  out(json ? `${JSON.stringify({ report, from, changes }, null, 2)}\n` : `${slides(report)}\n${table(before, report)}`);
  return 0;
}

function optionsOf(args: readonly string[]): { kernel: KernelVersion; from: KernelVersion; json: boolean } {
  let kernel = DAY_OF_THE_TALK;
  let from = START_OF_THE_TALK;
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const option = args[i];
    if (option === "--json") json = true;
    else if (option === "--kernel") kernel = versionOf(option, args[++i]);
    else if (option === "--from") from = versionOf(option, args[++i]);
    else throw new BadInput(`unknown option ${option}; ${USAGE}`);
  }
  return { kernel, from, json };
}

function versionOf(option: string, text: string | undefined): KernelVersion {
  const found = versionNamed(text ?? "");
  if (!found) throw new BadInput(`${option}: expected one of ${KERNEL_VERSIONS.join(", ")}, got ${text ?? "nothing"}`);
  return found;
}

/** The four slides: an ability, whether the kernel has it, and what the experiments saw. */
function slides({ kernel, findings }: SupportReport): string {
  const { title } = describeProfile(kernel);
  const parts = SLIDES.map((ability) => {
    const found = findings.find((finding) => finding.ability === ability);
    return `${title} · ${ability}: ${found?.support ?? "not tried"}\n${(found?.seen ?? []).map((line) => `    ${line}\n`).join("")}`;
  });
  return parts.join("\n");
}

/** The fifth: all abilities of two kernels side by side; what changed is marked and explained. */
function table(before: SupportReport, now: SupportReport): string {
  const width = largest(now.findings.map(({ ability }) => ability.length));
  const changes = supportChanges(before, now);
  const head = `${"".padEnd(width + 2)}${before.kernel.padEnd(18)}${now.kernel}\n`;
  const rows = now.findings.map(({ ability, support }) => {
    const was = before.findings.find((finding) => finding.ability === ability)?.support ?? "";
    const change = changes.find((each) => each.ability === ability);
    const line = `${ability.padEnd(width + 2)}${was.padEnd(18)}${support}${change ? "  *" : ""}\n`;
    return change ? line + change.seen.map((seen) => `${"".padEnd(width + 2)}  ${seen}\n`).join("") : line;
  });
  return head + rows.join("");
}
