import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { DONE, type Entry, FileTree, directory, failed, link, readable, writable } from "../engine/sysfs/tree.ts";
import { type ScriptResult, runScript } from "./interpreter.ts";
import { MountedFiles } from "./mounts.ts";
import { Budget, type Running, type System } from "./system.ts";

/** A machine with two offline blocks beside eight online ones, enough of /sys to try a shell on. */
class FakeMachine implements System {
  time = 0;
  readonly signalled: number[] = [];
  readonly states = new Map([...Array(8).keys(), 32, 33].map((id) => [id, id < 8 ? "online" : "offline"]));
  readonly files: MountedFiles;

  constructor() {
    const block = (id: number): Entry =>
      directory({
        state: writable(
          () => `${this.states.get(id)}\n`,
          (text) => this.setState(id, text.replace(/\n$/, "")),
        ),
        removable: readable(() => "1\n"),
        valid_zones: readable(() =>
          this.states.get(id) === "online" ? (id < 8 ? "DMA32\n" : "Movable\n") : "Normal Movable\n",
        ),
        [`node${id < 8 ? 0 : 1}`]: link(`../../node/node${id < 8 ? 0 : 1}`),
      });
    const blocks = Object.fromEntries([...this.states.keys()].map((id) => [`memory${id}`, () => block(id)]));
    const root = directory({
      sys: directory({
        devices: directory({
          system: directory({
            memory: directory({ ...blocks, block_size_bytes: readable(() => "8000000\n") }),
            node: directory({ node0: directory({}), node1: directory({ memory32: link("../../memory/memory32") }) }),
          }),
        }),
      }),
      proc: directory({ cmdline: readable(() => "quiet\n", 0o444, 0) }),
    });
    this.files = new MountedFiles(new FileTree(root), ["virtio_mem.ko"]);
  }

  private setState(id: number, word: string) {
    if (!/^(online(_kernel|_movable)?|offline)$/.test(word)) return failed("EINVAL");
    if (word === "offline" && id === 5) return { errno: null, op: 5 };
    if (word === "offline" && id === 6) return { errno: null, op: 6 };
    this.states.set(id, word.startsWith("online") ? "online" : "offline");
    return DONE;
  }

  now(): number {
    return this.time;
  }
  forked(): void {}
  signal(op: number): void {
    this.signalled.push(op);
  }
  insmod(path: string): FileErrno | null {
    return path === "/mods/virtio_mem.ko" ? null : "ENOENT";
  }

  /** Operation 5 fails with EBUSY after 3 s, operation 6 never ends but by a signal. */
  drive<T>(running: Running<T>): T {
    let step = running.next();
    while (!step.done) {
      const { op, until } = step.value;
      const end =
        op === 5 ? this.time + 3e9 : op === 6 && !this.signalled.includes(6) ? Number.POSITIVE_INFINITY : this.time;
      const ended = op !== null && end <= until;
      this.time = ended ? end : until;
      expect(this.time).toBeLessThan(Number.POSITIVE_INFINITY);
      step = running.next({ ended, errno: ended ? (op === 5 ? "EBUSY" : "EINTR") : null });
    }
    return step.value;
  }

  run(script: string, budget?: Budget): ScriptResult {
    return this.drive(runScript(script, this, "/tmp/cmd", budget));
  }
}

const run = (script: string): ScriptResult => new FakeMachine().run(script);
const MEMORY = "/sys/devices/system/memory";

describe("what recorded shells answered", () => {
  test.each([
    [`echo bogus > ${MEMORY}/memory32/state`, "sh: write error: Invalid argument\n", 1],
    [`echo "" > ${MEMORY}/memory32/state`, "sh: write error: Invalid argument\n", 1],
    [`printf online_movable > ${MEMORY}/memory32/state`, "", 0],
    [
      `echo x > ${MEMORY}/memory32/valid_zones`,
      `/tmp/cmd: line 1: can't create ${MEMORY}/memory32/valid_zones: Permission denied\n`,
      1,
    ],
    [
      `echo offline > ${MEMORY}/memory999/state`,
      `/tmp/cmd: line 1: can't create ${MEMORY}/memory999/state: nonexistent directory\n`,
      1,
    ],
    [`echo offline > ${MEMORY}/memory5/state`, "sh: write error: Device or resource busy\n", 1],
    [`timeout 2 sh -c 'echo offline > ${MEMORY}/memory5/state'`, "Terminated\n", 143],
    [`timeout 6 sh -c 'echo offline > ${MEMORY}/memory5/state'`, "sh: write error: Device or resource busy\n", 1],
    [`timeout 6 sh -c 'echo offline > ${MEMORY}/memory6/state'`, "Terminated\n", 143],
  ])("%s", (script, stderr, exit) => {
    expect(run(script)).toEqual({ stdout: "", stderr, exit });
  });

  test("a timeout signals the operation and waits for its undoing", () => {
    const machine = new FakeMachine();
    machine.run(`timeout 6 sh -c 'echo offline > ${MEMORY}/memory6/state'`);
    expect(machine.signalled).toEqual([6]);
    expect(machine.time / 1e9).toBeCloseTo(6, 1);
  });

  test("a chain of commands picks the last block", () => {
    const line =
      "b=$(ls /sys/devices/system/memory | grep memory[0-9] | sed s/memory// | sort -n | tail -1); echo online > /sys/devices/system/memory/memory$b/state; echo $b $(cat /sys/devices/system/memory/memory$b/state)";
    expect(run(line)).toEqual({ stdout: "33 online\n", stderr: "", exit: 0 });
  });

  test("a loop over blocks says which are refused", () => {
    const line = `for b in 4 5; do echo offline > ${MEMORY}/memory$b/state || echo memory$b refused; done`;
    expect(run(line)).toEqual({
      stdout: "memory5 refused\n",
      stderr: "sh: write error: Device or resource busy\n",
      exit: 0,
    });
  });

  test("modules load where they are", () => {
    expect(run("for m in virtio_ring virtio_mem; do [ -e /mods/$m.ko ] && insmod /mods/$m.ko; done").exit).toBe(0);
    expect(run("insmod /mods/none.ko")).toEqual({
      stdout: "",
      stderr: "insmod: can't insert '/mods/none.ko': No such file or directory\n",
      exit: 1,
    });
  });

  test("lsmem merges what agrees", () => {
    expect(run("lsmem -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES").stdout).toBe(
      [
        "RANGE                                  SIZE   STATE REMOVABLE BLOCK NODE          ZONES",
        "0x0000000000000000-0x000000003fffffff    1G  online       yes   0-7    0          DMA32",
        "0x0000000100000000-0x000000010fffffff  256M offline           32-33    1 Normal/Movable",
        "",
        "Memory block size:       128M",
        "Total online memory:       1G",
        "Total offline memory:    256M",
        "",
      ].join("\n"),
    );
  });

  test("chmem enables from below and disables from above", () => {
    const machine = new FakeMachine();
    expect(machine.run("chmem -e 128M && cat /sys/devices/system/memory/memory3[23]/state").stdout).toBe(
      "online\noffline\n",
    );
    expect(machine.run("chmem -d -b 5")).toMatchObject({
      exit: 1,
      stderr: "chmem: Memory Block 5 (0x0000000028000000-0x000000002fffffff) disable failed: Device or resource busy\n",
    });
    expect(machine.run("chmem -d -b 4-5").exit).toBe(64);
    expect(machine.run("chmem -e 100M").stderr).toBe("chmem: Size must be aligned to memory block size (128M)\n");
  });
});

describe("the language", () => {
  test.each([
    ["echo a   'b  c' \"d $((1 + 2 * 3))\"", "a b  c d 7\n"],
    ['x=1; x=${x}2; echo ${x#1} ${#x} ${y:-none} ${y-} "[$y]"', "2 2 none []\n"],
    ["p=/a/node12; echo ${p##*node} ${p%/*} ${p#/} ${p%%n*}", "12 /a a/node12 /a/\n"],
    ["if false; then echo a; elif [ 2 -gt 1 ]; then echo b; else echo c; fi", "b\n"],
    ["i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", "1\n3\n"],
    ["for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done", "1a\n2a\n"],
    ["(cd /tmp; x=2; pwd); x=${x:-1}; echo $x; pwd", "/tmp\n1\n/\n"],
    ["case memory12 in node*) echo n;; memory[0-9]*) echo m;; esac", "m\n"],
    ["printf '%s-%03d|' a 7 b 8; printf '%x\\n' 255", "a-007|b-008|ff\n"],
    ['echo one > /tmp/f; echo two >> /tmp/f; while read line; do echo "<$line>"; done < /tmp/f', "<one>\n<two>\n"],
    ["printf '3\\n10\\n2\\n' | sort -n | head -2 | tail -n 1", "3\n"],
    ["echo abcabc | sed 's/\\(b\\)c/<\\1>/g; s/^a/A/'", "A<b>a<b>\n"],
    ["printf 'a1\\nb2\\n' | grep -c '[0-9]$'; printf 'x\\ny\\n' | grep -v x", "2\ny\n"],
    ["! true; echo $?; false || echo $?; echo $(false) $?", "1\n1\n1\n"],
    ["x=$(false); echo $?; x=$(echo a; true); echo $? $x", "1\n0 a\n"],
    ["cat <<EOF\na $((1+1))\nEOF", "a 2\n"],
    ["sh -c 'echo $0 $1 $#' name first", "name first 1\n"],
    ["echo err 2>&1 >/dev/null; ls /nope 2>/dev/null; echo $?", "1\n"],
    [
      "ls /sys/devices/system/node/node1; cd /sys/devices/system/node/node1/memory32; cat state ../memory33/state",
      "memory32\noffline\noffline\n",
    ],
    ["cd /sys/devices/system/memory; echo memory3?; echo memory9*", "memory32 memory33\nmemory9*\n"],
    ["seq 3 | tr '\\n' ,; echo; echo a:b:c | cut -d: -f1,3", "1,2,3,\na:c\n"],
  ])("%s", (script, stdout) => {
    expect(run(script)).toMatchObject({ stdout, exit: 0 });
  });

  test.each([
    ["nosuch", 127, "/tmp/cmd: line 1: nosuch: not found\n"],
    ["true\n\nnosuch", 127, "/tmp/cmd: line 3: nosuch: not found\n"],
    ["exit 3; echo no", 3, ""],
    ["cat /nope", 1, "cat: can't open '/nope': No such file or directory\n"],
    ["cat < /nope", 1, "/tmp/cmd: line 1: can't open /nope: no such file\n"],
    ["echo 'x", 2, "/tmp/cmd: line 1: syntax error: unterminated single quote\n"],
    ["echo $((1/0))", 2, "/tmp/cmd: line 1: divide by zero\n"],
    ["sleep 1 &", 2, "/tmp/cmd: line 1: background jobs are not supported\n"],
  ])("%s ends with %i", (script, exit, stderr) => {
    expect(run(script)).toEqual({ stdout: "", exit, stderr });
  });
});

describe("nothing runs away", () => {
  test.each([
    "while :; do :; done",
    "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done",
    "x=aaaaaaaaaaaaaaaa; for i in $(seq 18); do x=$x$x; done; echo ${x%%b*}",
    "seq 1000000000000",
    "f='a*a*a*a*a*a*a*a*b'; x=$(seq 20000); case $x in $f) ;; esac; while :; do :; done",
    "sh -c 'while true; do cat /proc/cmdline; done'",
  ])("%s is killed", (script) => {
    expect(new FakeMachine().run(script, new Budget(20_000, 8_000_000))).toMatchObject({ exit: 137 });
  });

  test("an expression that makes other matchers explode takes its time in proportion", () => {
    expect(run(`printf '%s\\n' ${"a".repeat(2000)} | grep -E '(a*)*(a*)*b'`).exit).toBe(1);
  });

  test("any text ends with a status", () => {
    const words = fc.constantFrom(
      "echo",
      "$x",
      "`",
      "$(",
      ")",
      '"',
      "'",
      "|",
      ">",
      "<",
      ";",
      "&&",
      "do",
      "done",
      "for",
      "in",
      "if",
      "while",
      "{",
      "}",
      "[",
      "]",
      "case",
      "esac",
      "((",
      "\\",
      "\n",
      "*",
      "/sys/*",
      "2>&1",
      "<<E",
      "a=b",
      "sed s/a/b/",
      "grep",
      "${x#",
      "}",
      "cd",
      "-n",
      "timeout 1",
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 14 }), (parts) => {
        const { exit } = new FakeMachine().run(parts.join(" "), new Budget(2_000, 200_000));
        expect(exit).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1500, seed: 7 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const { exit } = new FakeMachine().run(text, new Budget(2_000, 200_000));
        expect(exit).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1500, seed: 8 },
    );
  });
});
