/**
 * Machines that have booted, kept in files: half of a short recording is its boot, and random scenarios ask for the same
 * machines again and again. What was kept is the whole machine as it was when its shell was ready (QEMU's migration to a
 * file, and from it), so a scenario can't tell it from one that has just booted.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { MachineFiles } from "./emulated-machine.ts";
import type { Monitor } from "./monitor.ts";

/** A file has as many bytes as the guest has touched of its memory: about 100 MiB. */
const MOST_KEPT = 40;
const BYTES_A_SECOND = 2 ** 36;
const POLL_MS = 50;
const MOVE_MS = 300_000;
const EXTENSION = ".boot";

export class KeptBoots {
  private readonly folder: string;
  private readonly most: number;

  constructor(folder: string, most = MOST_KEPT) {
    this.folder = folder;
    this.most = most;
    mkdirSync(folder, { recursive: true });
  }

  /** Where this boot is kept, or would be: another kernel, initial file system, machine or command line is another boot. */
  path(files: MachineFiles, args: readonly string[]): string {
    const kernel = statSync(files.kernel);
    const all = createHash("sha256").update(readFileSync(files.initramfs));
    all.update(JSON.stringify([files.qemu, files.accelerator, files.kernel, kernel.size, kernel.mtimeMs, args]));
    return join(this.folder, `${all.digest("hex").slice(0, 24)}${EXTENSION}`);
  }

  /** Whether there is such a boot; then it counts as used now. */
  has(path: string): boolean {
    if (!existsSync(path)) return false;
    const now = new Date();
    utimesSync(path, now, now);
    return true;
  }

  /** Keeps a machine, which goes on as if nothing had been; what wasn't used for longest makes room. */
  async keep(monitor: Monitor, path: string): Promise<void> {
    await monitor.tell("stop", {});
    await monitor.tell("migrate-set-parameters", { "max-bandwidth": BYTES_A_SECOND });
    await monitor.tell("migrate", { uri: `exec:cat > ${quoted(`${path}.part`)}` });
    const status = await until(async () => {
      const now = ((await monitor.command("query-migrate")).return as { status?: string } | undefined)?.status;
      return now === "completed" || now === "failed" ? now : undefined;
    });
    await monitor.tell("cont", {});
    // A machine that can't be kept boots again the next time.
    if (status === "completed") renameSync(`${path}.part`, path);
    else rmSync(`${path}.part`, { force: true });
    this.makeRoom();
  }

  private makeRoom(): void {
    const kept = readdirSync(this.folder)
      .filter((name) => name.endsWith(EXTENSION))
      .map((name) => ({ path: join(this.folder, name), used: statSync(join(this.folder, name)).mtimeMs }))
      .toSorted((a, b) => b.used - a.used);
    for (const { path } of kept.slice(this.most)) rmSync(path, { force: true });
  }
}

/** Arguments of a machine that is read from a file instead of booted. */
export const keptArguments = (path: string): readonly string[] => ["-incoming", `exec:cat ${quoted(path)}`];

/** Lets a machine go on that was read from a file. False when it can't be read. */
export async function goOn(monitor: Monitor): Promise<boolean> {
  const status = await until(async () => {
    const { return: told, error } = await monitor.command("query-status");
    const now = (told as { status?: string } | undefined)?.status;
    return error ? "gone" : now === "inmigrate" ? undefined : now;
  });
  return status === "paused" && (await monitor.tell("cont", {})) === null;
}

async function until(look: () => Promise<string | undefined>): Promise<string | undefined> {
  for (const end = Date.now() + MOVE_MS; Date.now() < end; await new Promise((done) => setTimeout(done, POLL_MS))) {
    const seen = await look();
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** For the shell that QEMU gives it to. */
const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
