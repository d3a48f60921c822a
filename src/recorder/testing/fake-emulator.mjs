#!/usr/bin/env node
/**
 * Stands for QEMU with a booted kernel in tests of the recorder: a shell that answers a few lines, and a monitor with a
 * list of DIMMs. It writes what the monitor was asked to the file that FAKE_EMULATOR_LOG names.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const args = process.argv.slice(2);
const socket = (option) => /unix:([^,]+)/.exec(args[args.indexOf(option) + 1])[1];
if (args.includes("16384M,slots=8,maxmem=16G")) {
  console.error("qemu-system-x86_64: warning: something else\nqemu-system-x86_64: too much for me");
  process.exit(1);
}

const AT_WORK = "cat /proc/[0-9]*/comm 2>/dev/null | grep -F +events_freezable";
const SHELL = {
  "uname -r": ["6.1.0-fake\n", "", 0],
  "dmesg -c": ["[    0.000000] Zone ranges:\n[    0.100000] a mouse\n", "", 0],
  ". /bin/observe": ["# log\n# links\nmemory/memory0/node0\n# files\nmemory/memory0/state:online\n# end\n", "", 0],
  false: ["", "sh: no\n", 1],
  "mem anon 8 0 bind": ["ok pid=7\n", "", 0],
  [AT_WORK]: ["", "", 1],
};

// A machine that is read from a file goes on where it was: past its boot.
const kept = args.includes("-incoming") ? /^exec:cat '(.*)'$/.exec(args[args.indexOf("-incoming") + 1])[1] : undefined;
const readable = kept === undefined || readFileSync(kept, "utf8") === "a machine";

// The driver of a device that is to have 130 MiB, once looked at, gives 64 MiB and is done.
const ODD = 130 * 2 ** 20;
let odd = false;

const plugged = new Map();

createServer((serial) => {
  if (kept === undefined) serial.write("the machine is ready\n");
  let mark;
  createInterface({ input: serial }).on("line", (line) => {
    if (mark === undefined) mark = line;
    else if (line === "crash") process.exit(3);
    else {
      if (line === AT_WORK && odd) {
        odd = false;
        plugged.set("v0", { id: "v0", memaddr: 4294967296, size: ODD - 66 * 2 ** 20, "requested-size": ODD });
        serial.write(`kworker/0:1+events_freezable\n${mark}${mark}0\n`);
        return;
      }
      const [out, err, status] = SHELL[line] ?? [`${line}\n`, "", 0];
      // In pieces, as a serial line is read.
      const text = `${out}${mark}${err}${mark}${status}\n`;
      serial.write(text.slice(0, 3));
      setTimeout(() => serial.write(text.slice(3)), 2);
    }
  });
}).listen(socket("-serial"));

createServer((monitor) => {
  const say = (message) => monitor.write(`${JSON.stringify(message)}\n`);
  const ost = (device, source, status) =>
    say({
      event: "ACPI_DEVICE_OST",
      timestamp: {},
      data: { info: { device, source, status, slot: "0", "slot-type": "DIMM" } },
    });
  say({ QMP: { version: {} } });
  const commands = {
    qmp_capabilities: () => ({}),
    stop: () => ({}),
    cont: () => ({}),
    "migrate-set-parameters": () => ({}),
    migrate: ({ uri }) => {
      writeFileSync(/^exec:cat > '(.*)'$/.exec(uri)[1], "a machine");
      return {};
    },
    "query-migrate": () => ({ status: "completed" }),
    "query-status": () => (readable ? { status: "paused" } : { status: "internal-error" }),
    "object-add": () => ({}),
    "object-del": () => ({}),
    device_add: ({ id, node }) => {
      if (node > 1) return { error: { desc: "no such node" } };
      plugged.set(id, { id, addr: 4294967296, size: 268435456, node, slot: plugged.size, hotplugged: true });
      setTimeout(() => ost(id, 1, 0), 30);
      return {};
    },
    device_del: ({ id }) => {
      if (!plugged.has(id)) return { error: { desc: `Device '${id}' not found` } };
      setTimeout(() => ost(id, 3, 132), 10);
      setTimeout(() => {
        if (id === "stays") return ost(id, 3, 130);
        plugged.delete(id);
        say({ event: "DEVICE_DELETED", data: { device: id } });
        ost(undefined, 3, 0);
      }, 40);
      return {};
    },
    // A driver that is slow to begin.
    "qom-set": ({ value }) => {
      odd = value === ODD;
      if (value % 4194304 === 0)
        setTimeout(
          () => plugged.set("v0", { id: "v0", memaddr: 4294967296, size: value, "requested-size": value }),
          2500,
        );
      return {};
    },
    "query-memory-devices": () => [...plugged.values()].map((data) => ({ type: "dimm", data })),
  };
  createInterface({ input: monitor }).on("line", (line) => {
    const { execute, arguments: given } = JSON.parse(line);
    appendFileSync(process.env.FAKE_EMULATOR_LOG, `${execute} ${given.id ?? ""}\n`);
    const answer = commands[execute](given);
    say(answer.error ? answer : { return: answer });
  });
}).listen(socket("-qmp"));
