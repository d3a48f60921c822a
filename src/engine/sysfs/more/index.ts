/**
 * Files that only people at a shell look at, laid over those of ../files.ts. They are apart so that they need not be
 * loaded before a shell is: `addFiles(engine.files(partition))`. Terminals bring them (src/shell/shell-terminals.ts), so who
 * plays a journal again in which such a file was written gives the machine terminals first.
 *
 * What the simulation does not have is a constant that a freshly booted small machine shows, read from the recorded
 * kernels: CPU vulnerabilities, ksm, sysctls without a part in hot-plug. Writing to those changes what is read back and
 * nothing else.
 */
import { crashKernelFiles } from "./crash-kernel-files.ts";
import { Disk, type DiskPort } from "../../holders/disk.ts";
import { type FileTree, directory, readable } from "../tree.ts";
import { blockDirectory, deviceNodes } from "./block-files.ts";
import { counterFiles, nodeCounterFiles } from "./counter-files.ts";
import { cpuDirectory } from "./cpu-files.ts";
import { dynamicDebug } from "./dynamic-debug.ts";
import { extfrag } from "./extfrag.ts";
import { iomem } from "./iomem.ts";
import { kmsg } from "./kmsg.ts";
import { proc } from "./machine-files.ts";
import { memoryManagement } from "./mm-files.ts";
import { moduleDirectories } from "./module-directories.ts";
import { pageFiles } from "./page-files.ts";
import { processDirectories } from "./process-files.ts";
import { deviceExtras } from "./device-extras.ts";
import { cgroupDirectory, cgroupsOf, changeFolder } from "./cgroup-files.ts";
import { kernelSysctls, vmSysctls } from "./sysctls.ts";
import { seqnum } from "./uevent-file.ts";
import { union } from "../tree.ts";

const extended = new WeakSet<FileTree>();

/** Adds the files to a kernel's tree, and what is done to files on its disk, if it has one; once is enough. */
export function addFiles(tree: FileTree, port: DiskPort | null = null): void {
  if (!tree.source || extended.has(tree)) return;
  extended.add(tree);
  const { kernel, modules } = tree.source;
  tree.calls = {
    disk: (request) => {
      // From the first file on it is part of the machine's state.
      if (port && request.do === "file") kernel.disk ??= new Disk(kernel, port);
      const { errno, op } = kernel.disk?.carryOut(request) ?? {
        errno: request.do === "sync" ? null : ("ENODEV" as const),
        op: null,
      };
      return { errno, rejection: null, op };
    },
    folder: (what, path) => changeFolder(kernel, what, path),
    pipe: ({ pid, comm }) => (cgroupsOf(kernel)?.hasBufferFor(pid, comm) === false ? "ENOMEM" : null),
  };
  tree.extend(
    directory({
      dev: union(directory({ kmsg: kmsg(kernel) }), deviceNodes(kernel)),
      proc: union(
        directory(
          {
            ...proc(kernel),
            ...pageFiles(kernel),
            ...counterFiles(kernel),
            iomem: iomem(kernel),
            sys: directory({ vm: vmSysctls(kernel), kernel: kernelSysctls(kernel) }, 0o555),
          },
          0o555,
        ),
        processDirectories(kernel, port !== null),
      ),
      sys: directory({
        ...deviceExtras(kernel, tree.source.actions),
        block: blockDirectory(kernel, modules),
        fs: directory({ cgroup: cgroupDirectory(kernel) }, 0o755),
        kernel: directory({
          debug: directory(
            { dynamic_debug: directory({ control: dynamicDebug(kernel) }), extfrag: extfrag(kernel) },
            0o700,
          ),
          mm: memoryManagement(kernel),
          uevent_seqnum: readable(() => `${seqnum(kernel.profile.version, kernel.uevents.sent)}\n`),
          ...crashKernelFiles(kernel),
        }),
        module: moduleDirectories(kernel, modules),
      }),
    }),
  );
  tree.extend(
    directory({
      sys: directory({
        devices: directory({ system: directory({ cpu: cpuDirectory(kernel), node: nodeCounterFiles(kernel) }) }),
      }),
    }),
  );
}
