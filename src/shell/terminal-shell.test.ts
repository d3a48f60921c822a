import { beforeEach, describe, expect, test } from "vitest";
import { audit } from "../engine/kernel/audit.ts";
import { WINDOW } from "./io/terminal.ts";
import { Seat, PROMPT } from "./testing/seat.ts";

let seat: Seat;
beforeEach(() => {
  seat = new Seat();
});

describe("a line", () => {
  test("is echoed, run, and followed by a prompt", () => {
    expect(seat.screen()).toBe(PROMPT);
    expect(seat.type("echo hi\r")).toBe(`echo hi\nhi\n${PROMPT}`);
    expect(seat.type("cd /tmp\r")).toBe("cd /tmp\nroot@A:/tmp# ");
    expect(seat.shell.cwd).toBe("/tmp");
  });

  test("goes on after a prompt of its own while something is open", () => {
    expect(seat.type("if true\rthen echo yes\rfi\r")).toContain(`> fi\nyes\n${PROMPT}`);
    expect(seat.type("echo 'a\rb'\r")).toContain("a\nb\n");
    expect(seat.type("cat <<E\rx\rE\r")).toContain("x\n");
    expect(seat.type("echo a\\\rb\r")).toContain("ab\n");
  });

  test("with an error says so and goes on", () => {
    expect(seat.type("nosuch\r")).toBe(`nosuch\nbash: nosuch: command not found\n${PROMPT}`);
    expect(seat.type("echo )\r")).toContain("bash: syntax error near unexpected token `)'\n");
    // Who typed the line sees it, and no more of it is asked for.
    expect(seat.type("if true; fi\r")).not.toMatch(/`if true; fi'|> $/);
    expect(seat.type("echo ${x?gone}\r")).toContain("bash: x: gone\n");
    expect(seat.type("echo $((1/0)); echo no\r")).toContain('bash: 1/0: division by 0 (error token is "0")\n');
    expect(seat.type("echo $?\r")).toContain("\n1\n");
    expect(seat.type("echo x > /sys/devices/system/memory/memory0/state\r")).toContain(
      "bash: echo: write error: Invalid argument\n",
    );
  });

  test("ends the shell", () => {
    seat.type("exit 3\r");
    expect(seat.status).toBe(3);
    const other = new Seat();
    other.type("false\r");
    expect(other.type("\x04")).toContain("exit\n");
    expect(other.status).toBe(1);
  });
});

describe("keys", () => {
  test.each([
    ["echo ab\x02X\r", "aXb"],
    ["ho a\x01ec\x05b\r", "ab"],
    ["echo one two\x17three\r", "one three"],
    ["xx\x15echo k\r", "k"],
    ["echo a b\x01\x0becho c \x19\r", "c echo a b"],
    ["echo abc\x1b[D\x1b[D\x1b[3~\r", "ac"],
    ["echo x\x7fy\r", "y"],
    ["echo one two\x1bb\x1bd\x1b.three\r", "one three"],
    ["echo lower\x1bb\x1bu\r", "LOWER"],
    ["echo ab\x14\r", "ba"],
    ["echo \x1b[200~pasted text\x1b[201~\r", "pasted text"],
  ])("%j prints %j", (keys, printed) => {
    expect(seat.type(keys)).toContain(`\n${printed}\n${PROMPT}`);
  });

  test("up and down go through what was typed, also what was not entered", () => {
    seat.type("echo first\recho second\r");
    expect(seat.type("\x1b[A\x1b[A\r")).toContain("\nfirst\n");
    expect(seat.type("echo new\x1b[A\x1b[B er\r")).toContain("\nnew er\n");
  });

  test("Ctrl-R searches back", () => {
    seat.type("echo apple\recho pear\r");
    expect(seat.type("\x12app\r")).toContain("\napple\n");
    expect(seat.type("!!\r")).toContain("echo apple\napple\n");
  });

  test("a paste of several lines is one line until Enter", () => {
    expect(seat.type("\x1b[200~echo a\necho b\n\x1b[201~")).not.toContain("\na\n");
    expect(seat.type("\r")).toContain(`a\nb\n${PROMPT}`);
  });

  test("lines pasted without brackets run one after another", () => {
    expect(seat.type("echo a\recho b\rsleep 1\recho c\r", 5)).toContain("\nc\n");
  });

  test("a line that is longer than a row is drawn in rows", () => {
    const word = "x".repeat(100);
    expect(seat.type(`echo ${word}\r`)).toContain(`\n${word}\n`);
  });
});

describe("completion", () => {
  test.each([
    ["cat /sys/devices/system/mem\tblo\t\r", "8000000"],
    ["cd /sys/devices/system/memory/memory2\t\rpwd\r", "/sys/devices/system/memory/memory2"],
    ["foo=bar\recho $fo\t\r", "bar"],
    ["ech\t done\r", "done"],
    ["cat /sys/devices/system/memory/memory0/sta\t\r", "online"],
  ])("%j gives %j", (keys, printed) => {
    expect(seat.type(keys)).toContain(`\n${printed}\n`);
  });

  test("what is not one thing is listed, numbers in their order", () => {
    const shown = seat.type("ls /sys/devices/system/memory/memory\t\t");
    expect(shown).toContain("memory0/");
    expect(shown.indexOf("memory2/")).toBeLessThan(
      shown.indexOf("memory10/") < 0 ? Number.POSITIVE_INFINITY : shown.indexOf("memory10/"),
    );
    expect(shown.endsWith(`${PROMPT}ls /sys/devices/system/memory/memory`)).toBe(true);
  });
});

describe("Ctrl-C", () => {
  test("gives up what is typed", () => {
    expect(seat.type("echo half\x03")).toBe(`echo half^C\n${PROMPT}`);
    expect(seat.type("echo $?\r")).toContain("\n130\n");
  });

  test.each([
    ["a loop of the shell's own", "while :; do :; done"],
    ["a loop that runs programs", "while :; do sleep 0.001; done"],
    ["a loop in a pipeline", "while :; do echo y; done | cat > /dev/null"],
    ["output without end", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done"],
    ["a sleep", "sleep 1000; echo never"],
    ["a substitution", "x=$(while :; do :; done)"],
    ["a fork bomb", "bomb() { bomb | bomb & }; bomb; wait"],
    ["a recursion without end", "f() { f; }; f"],
    ["a source without end", ". /dev/kmsg"],
    ["a search for file names", "shopt -s globstar; while :; do : /**/**/**/*; done"],
  ])("ends %s", (_, line) => {
    seat.type(`${line}\r`, 0.5);
    seat.shell.input("\x03");
    // The next prompt within a tenth of a second.
    seat.pass(0.1);
    expect(seat.shell.busy).toBe(false);
    expect(seat.screen().endsWith(PROMPT)).toBe(true);
    expect(seat.screen()).not.toContain("\nnever");
  });

  test("is not needed to end a source without end", () => {
    expect(seat.type(". /dev/zero\r", 120)).toContain("cannot allocate memory\n");
    expect(seat.type("echo $?\r")).toContain("\n1\n");
  });

  test("ends the wait for room for a process", () => {
    seat.type("ulimit -u 1\r");
    // The shell's own reserve is for a person: a script in its place has none.
    seat.type("bash -c 'ulimit -u 1; sleep 1 | sleep 1; echo never'\r", 0.5);
    expect(seat.screen()).toContain("fork: retry: Resource temporarily unavailable\n");
    seat.shell.input("\x03");
    seat.pass(0.1);
    expect(seat.shell.busy).toBe(false);
  });

  test("at the prompt of a machine full of processes: what is typed runs, and can end them", () => {
    seat.type("bomb() { bomb | bomb & }; bomb\r", 2);
    expect(seat.userland.processes.size).toBeGreaterThan(200);
    seat.shell.input("\x03");
    seat.pass(0.1);
    expect(seat.type("ps | wc -l\r", 0.5)).toMatch(/\n2\d\d\n/);
    seat.type("killall bash\r", 0.5);
    expect(seat.userland.processes.size).toBe(1);
    expect(seat.type("echo on\r")).toContain("\non\n");
  });

  test("ends a write that the kernel works at", () => {
    const { engine, shell } = seat;
    const kernel = engine.kernel("A");
    // A node whose only memory is one movable block, with pages in it that pipes hold on to.
    seat.type("echo online_movable > /sys/devices/system/memory/auto_online_blocks\r");
    engine.submit({ do: "move", dimm: "d3", to: { slot: "A/2/0" } });
    engine.settle();
    engine.submit({ do: "load", partition: "A", load: { kind: "pin", mib: 64, node: 2, policy: "bind" } });
    engine.settle();
    const [block] = [...kernel.blocks.values()].filter(({ nodes }) => nodes.includes(2));
    const state = `/sys/devices/system/memory/memory${block?.number}`;
    expect(seat.type(`cat ${state}/valid_zones\r`)).toContain("\nMovable\n");

    seat.type(`echo offline > ${state}/state\r`, 10);
    expect(shell.busy).toBe(true);
    shell.input("\x03");
    seat.pass(0.1);
    expect(shell.busy).toBe(false);
    expect(seat.screen()).toContain("^Cbash: echo: write error: Interrupted system call\n");
    expect(seat.type("echo $?\r")).toContain("\n130\n");
    expect(seat.type(`cat ${state}/state\r`)).toContain("\nonline\n");
    expect(audit(kernel)).toEqual([]);
  });
});

describe("the sleep in the foreground", () => {
  const told = () => {
    const { sleep } = seat.shell;
    return sleep && [sleep.command, Math.round((sleep.until - sleep.from) / 1e7) / 100];
  };

  test.each([
    ["typed", "sleep 100", ["sleep 100", 100]],
    ["in a loop", "while sleep 1.5m; do :; done", ["sleep 1.5m", 90]],
    ["of a script", "bash -c 'true; sleep 7; true'", ["sleep 7", 7]],
    ["in a pipeline, the longest", "sleep 3 | sleep 30 | sleep 4", ["sleep 30", 30]],
  ])("is known when it is %s", (_, line, sleep) => {
    seat.type(`${line}\r`, 1);
    expect(told()).toEqual(sleep);
    seat.type("\x03");
    expect(told()).toBeNull();
  });

  test.each([
    ["in the background", "sleep 100 &"],
    ["without an end", "sleep infinity"],
    ["by another name", "cat"],
  ])("is none when it is %s", (_, line) => {
    seat.type(`${line}\r`, 1);
    expect(told()).toBeNull();
  });

  test("is none while it is stopped", () => {
    seat.type("sleep 100\r", 1);
    seat.type("\x1a");
    expect(told()).toBeNull();
  });
});

describe("jobs", () => {
  test("Ctrl-Z stops, bg goes on, fg waits", () => {
    seat.type("sleep 10\r");
    expect(seat.type("\x1a")).toContain("[1]+  Stopped                 sleep 10\n");
    expect(seat.type("bg\r")).toContain("[1]+ sleep 10 &\n");
    expect(seat.type("jobs\r")).toContain("[1]+  Running                 sleep 10 &\n");
    seat.type("fg\r", 0.5);
    expect(seat.shell.busy).toBe(true);
    seat.pass(20);
    expect(seat.shell.busy).toBe(false);
  });

  test("what ended in the background is told before the next prompt", () => {
    expect(seat.type("sleep 0.1 &\r")).toMatch(/\[1\] \d+\n/);
    expect(seat.type("\r")).toContain("[1]+  Done                    sleep 0.1\n");
  });

  test("who reads the terminal from the background is stopped", () => {
    seat.type("cat &\r");
    expect(seat.type("jobs\r")).toContain("Stopped                 cat");
  });
});

describe("a terminal", () => {
  test("gives programs lines, and the end at Ctrl-D", () => {
    seat.type('while read line; do echo "<$line>"; done\r');
    expect(seat.type("helo\x7f\x7fllo\r")).toContain("<hello>\n");
    seat.type("\x04");
    expect(seat.shell.busy).toBe(false);
  });

  test("holds back who writes more than a terminal draws, and Ctrl-C throws away what is on its way", () => {
    const perSecond = 1e6;
    seat.type("while :; do echo 0123456789012345678901234567890123456789; done\r", 1);
    const [first, from] = [seat.raw.length, seat.engine.now];
    expect(first).toBeGreaterThan(WINDOW);
    expect(first).toBeLessThan(WINDOW + 1.1 * perSecond);
    seat.pass(2);
    expect(seat.raw.length - first).toBeLessThanOrEqual(((seat.engine.now - from) / 1e9) * perSecond + WINDOW);
    seat.shell.input("\x03");
    seat.pass(0.01);
    expect(seat.shell.busy).toBe(false);
  });

  test("shows lines of others above the prompt, and takes commands of others", () => {
    seat.shell.input("echo half");
    seat.shell.announce("# DIMM d1 was pulled");
    expect(seat.screen().endsWith(`# DIMM d1 was pulled\n${PROMPT}echo half`)).toBe(true);
    seat.shell.type("echo other");
    seat.pass(1);
    expect(seat.screen()).toContain("\nother\n");
  });

  test("takes files that are dropped on it", () => {
    expect(seat.shell.drop("a b.sh", "echo dropped $1\n")).toBe("/root/a b.sh");
    expect(seat.type("./a\\ b.sh x\r")).toContain("dropped x\n");
  });

  test("hangs up: nothing that it ran goes on", () => {
    const before = seat.engine.kernel("A").processes.size;
    seat.type("sleep 1000 & sleep 1000\r");
    seat.shell.close();
    seat.pass(1);
    expect(seat.engine.kernel("A").processes.size).toBe(before - 1);
    expect(seat.userland.processes.size).toBe(0);
    expect(seat.status).toBe(129);
  });
});
