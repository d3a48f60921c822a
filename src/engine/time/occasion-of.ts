import { lineOccasion, type Occasion } from "../chronicle/occasion.ts";
import type { Command } from "./commands.ts";

/** A command as what is being done while it is carried out. */
export function occasionOf(command: Command): Occasion {
  switch (command.do) {
    case "write":
      return lineOccasion(`echo ${command.text.trim()} > ${command.path}`);
    case "udev":
      return lineOccasion("udevadm control --reload");
    case "chmod":
      return lineOccasion(`chmod ${command.mode.toString(8)} ${command.path}`);
    case "affinity":
      return lineOccasion(`taskset -cp ${command.cpus.join(",")} ${command.pid}`);
    case "swapon":
    case "swapoff":
    case "file":
    case "mkdir":
    case "rmdir":
      return lineOccasion(`${command.do} ${command.path}`);
    case "kill":
      return lineOccasion(`kill ${command.pid}`);
    case "sync":
    case "killall":
      return lineOccasion(command.do);
    case "reboot":
      return lineOccasion(command.cmdline === undefined ? "reboot" : `reboot # ${command.cmdline}`);
    case "hotadd":
      return lineOccasion(`device_add ${command.id}`);
    case "hotremove":
      return lineOccasion(`device_del ${command.id}`);
    case "move":
      return { is: "move", dimm: command.dimm, to: "slot" in command.to ? command.to.slot : "shelf" };
    case "press":
      return { is: "press", dimm: command.dimm };
    case "signal":
      return { is: "signal", op: command.op };
    case "load":
      return { is: "start", comm: command.load.comm ?? command.load.kind };
    case "pipe":
      return { is: "start", comm: command.by.comm };
    case "fork":
      return { is: "start", comm: command.comm };
    case "resize":
      return { is: "resize", device: command.id, size: command.size };
  }
}
