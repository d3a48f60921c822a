/** A real kernel in QEMU: a shell on its serial line, the monitor beside it. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Incoming, connect } from "./connection.ts";
import { type KeptBoots, goOn, keptArguments } from "./kept-boots.ts";
import { Monitor } from "./monitor.ts";
import { CONSOLE_ARGUMENTS } from "./qemu-arguments.ts";

export interface MachineFiles {
  readonly qemu: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** The folder of the kernel's modules, if there is one. */
  readonly modules?: string | null;
  /** `tcg` emulates the same processor everywhere; `kvm` is fast where it works. */
  readonly accelerator: "tcg" | "kvm";
}

export interface ShellResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** QEMU refuses the machine. The message is QEMU's own. */
export class MachineRefused extends Error {}

/** The kernel stopped, or answers no more. */
export class MachineLost extends Error {}

const BOOT_MS = 300_000;
const BOOT_TRIES = 5;
const TIMER_TOO_LATE = /^the kernel did not come up: (?:\[ +0\.[01]\d+\]|Kernel panic - not syncing: IO-APIC)/;
const READY = "the machine is ready\n";
const ACPI_MEMORY_TABLES_MS = 60_000;

export class EmulatedMachine {
  readonly monitor: Monitor;
  private readonly process: ChildProcess;
  private readonly serial: Incoming;
  private readonly folder: string;
  private readonly mark: string;

  private constructor(process: ChildProcess, folder: string, serial: Incoming, monitor: Monitor) {
    this.process = process;
    this.folder = folder;
    this.serial = serial;
    this.monitor = monitor;
    // Nothing that a command prints looks like it.
    this.mark = `\u0001${randomBytes(6).toString("hex")}\u0001`;
  }

  /**
   * Boots a kernel to its shell. On a busy host the emulated timer may be too late for the kernel's check of it, which ends
   * in a panic within a tenth of a second: that is no answer, and is tried again.
   *
   * A boot that was kept is gone on with instead, and one that was not is kept.
   */
  static async boot(
    files: MachineFiles,
    machine: readonly string[],
    cmdline: string,
    kept?: KeptBoots,
  ): Promise<EmulatedMachine> {
    const kernel = ["-kernel", files.kernel, "-initrd", files.initramfs];
    const append = ["-append", `${CONSOLE_ARGUMENTS} ${cmdline}`];
    const path = kept?.path(files, [...append, ...machine]);
    const args = [...kernel, ...append, ...machine];
    const before = path !== undefined && kept?.has(path) ? await EmulatedMachine.goOn(files, args, path) : undefined;
    const vm = before ?? (await EmulatedMachine.bootAgain(files, args));
    if (before === undefined && path !== undefined) await kept?.keep(vm.monitor, path);
    vm.serial.socket.write(`${vm.mark}\n`);
    return vm;
  }

  private static async goOn(
    files: MachineFiles,
    args: readonly string[],
    path: string,
  ): Promise<EmulatedMachine | undefined> {
    const vm = await EmulatedMachine.start(files, [...args, ...keptArguments(path)]);
    if (await goOn(vm.monitor)) return vm;
    await vm.close();
    return undefined;
  }

  private static async bootAgain(files: MachineFiles, args: readonly string[]): Promise<EmulatedMachine> {
    for (let tries = 1; ; tries++) {
      try {
        return await EmulatedMachine.bootOnce(files, args);
      } catch (error) {
        if (!(error instanceof MachineLost && TIMER_TOO_LATE.test(error.message) && tries < BOOT_TRIES)) throw error;
      }
    }
  }

  private static async bootOnce(files: MachineFiles, args: readonly string[]): Promise<EmulatedMachine> {
    const vm = await EmulatedMachine.start(files, args);
    if ((await vm.serial.until(READY, BOOT_MS)) === undefined) {
      const last = /Kernel panic - .*/.exec(vm.serial.rest)?.[0] ?? vm.serial.rest.trim().split("\n").at(-1) ?? "";
      const said = vm.serial.closed ? vm.complaint() : "";
      await vm.close();
      throw new MachineLost(`the kernel did not come up${said || last ? `: ${said || last}` : ""}`);
    }
    return vm;
  }

  /** Starts the machine's firmware only, with nothing to boot. */
  static firmware(
    files: Pick<MachineFiles, "qemu" | "accelerator">,
    machine: readonly string[],
  ): Promise<EmulatedMachine> {
    return EmulatedMachine.start(files, machine);
  }

  private static async start(
    { qemu, accelerator }: Pick<MachineFiles, "qemu" | "accelerator">,
    args: readonly string[],
  ): Promise<EmulatedMachine> {
    const folder = mkdtempSync(join(tmpdir(), "emulated-machine-"));
    const complaints = openSync(join(folder, "stderr"), "w");
    const fixed = ["-nodefaults", "-display", "none", "-no-reboot", "-accel", accelerator];
    const processor = ["-cpu", "max,la57=off"];
    const sockets = [
      ...["-serial", `unix:${folder}/serial,server=on,wait=on`],
      ...["-qmp", `unix:${folder}/qmp,server=on,wait=off`],
    ];
    const process = spawn(qemu, [...fixed, ...processor, ...args, ...sockets], {
      stdio: ["ignore", "ignore", complaints],
    });
    closeSync(complaints);
    const kill = () => process.kill("SIGKILL");
    globalThis.process.once("exit", kill);
    process.once("exit", () => globalThis.process.off("exit", kill));
    let failed = false;
    process.once("error", () => {
      failed = true;
    });
    const alive = () => !failed && process.exitCode === null && process.signalCode === null;
    try {
      const serial = new Incoming(await connect(join(folder, "serial"), alive));
      const monitor = await Monitor.open(await connect(join(folder, "qmp"), alive));
      return new EmulatedMachine(process, folder, serial, monitor);
    } catch {
      kill();
      const said = lastLine(join(folder, "stderr"));
      rmSync(folder, { recursive: true, force: true });
      throw new MachineRefused(said.replace(/^\S*qemu-system-x86_64: /, "") || "it did not start");
    }
  }

  /** Runs one line of shell. */
  async sh(line: string, seconds = 300): Promise<ShellResult> {
    this.serial.socket.write(`${line}\n`);
    const [stdout, stderr, status] = [
      await this.answer(this.mark, seconds),
      await this.answer(this.mark, seconds),
      await this.answer("\n", seconds),
    ];
    return { stdout, stderr, exit: Number(status) };
  }

  private async answer(mark: string, seconds: number): Promise<string> {
    const text = await this.serial.until(mark, seconds * 1000);
    if (text !== undefined) return text;
    const rest = this.serial.rest.trim().split("\n").at(-1) ?? "";
    throw new MachineLost(
      this.serial.closed
        ? `the kernel stopped: ${this.complaint() || rest}`
        : `no answer in ${seconds} seconds: ${rest}`,
    );
  }

  /** The firmware's ACPI table with this signature, from the top of the memory below 4 GiB. */
  async firmwareTable(signature: string, top: number): Promise<Buffer> {
    const size = 256 * 1024;
    const end = Date.now() + ACPI_MEMORY_TABLES_MS;
    const file = join(this.folder, "tables");
    while (Date.now() < end) {
      const refused = await this.monitor.tell("pmemsave", { val: top - size, size, filename: file });
      if (refused !== null) throw new MachineLost(refused);
      const found = tableIn(readFileSync(file), signature);
      if (found) return found;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new MachineLost(`the firmware made no ${signature} table`);
  }

  private complaint(): string {
    return lastLine(join(this.folder, "stderr"));
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((done) => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) done();
      else this.process.once("exit", () => done());
    });
    this.process.kill("SIGKILL");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function lastLine(path: string): string {
  return (
    readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .filter((line) => !/ (warning|info): /.test(line))
      .at(-1) ?? ""
  );
}

/** A table begins with its signature and length; its bytes add up to 0. */
function tableIn(memory: Buffer, signature: string): Buffer | undefined {
  for (let at = memory.indexOf(signature); at >= 0; at = memory.indexOf(signature, at + 1)) {
    const length = at + 8 <= memory.length ? memory.readUInt32LE(at + 4) : 0;
    const table = memory.subarray(at, at + length);
    if (length >= 36 && table.length === length && table.reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0)
      return Buffer.from(table);
  }
  return undefined;
}
