/**
 * Kernels to boot: an image that is named, or one for a version that is in a cache, in /boot, or in a package of the
 * distribution. Modules come along when they are where the image is from.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BadInput } from "../../conformance/input.ts";
import { cacheFolder, labCache } from "./folders.ts";
import { Missing, findProgram } from "./programs.ts";

export interface KernelFiles {
  /** What was asked for: `6.1`, or the path. */
  readonly name: string;
  readonly image: string;
  /** The folder `lib/modules/RELEASE`, if there is one. */
  readonly modules: string | null;
}

/** Finds the kernel for `6.1`, `6.12` or a path; fetches it if it must and can. */
export function findKernel(wanted: string): KernelFiles {
  if (!/^\d+\.\d+$/.test(wanted)) return named(wanted);
  const found = inFolder(labCache(), wanted) ?? inFolder(cacheFolder("kernels"), wanted) ?? inBoot(wanted);
  if (found) return found;
  fetchPackage(wanted);
  const fetched = inFolder(cacheFolder("kernels"), wanted);
  if (fetched) return fetched;
  throw new Missing(
    `no kernel ${wanted}: name its image (--kernel /boot/vmlinuz-…), or install it so that it is in /boot`,
  );
}

function named(path: string): KernelFiles {
  if (!existsSync(path))
    throw new BadInput(`${path}: no such kernel (--kernel takes a version like 6.1, or the path of an image)`);
  const image = resolve(path);
  const release = /vmlinu[xz]-(.+)$/.exec(image)?.[1];
  const folders = release ? [join(dirname(image), "../lib/modules", release), join("/lib/modules", release)] : [];
  return { name: path, image, modules: folders.find((folder) => existsSync(folder)) ?? null };
}

/** A cache: `vmlinuz-6.1`, and beside it the unpacked package, `linux-6.1`. */
function inFolder(folder: string | undefined, version: string): KernelFiles | undefined {
  if (folder === undefined) return undefined;
  const image = join(folder, `vmlinuz-${version}`);
  if (!existsSync(image)) return undefined;
  // Packages since Debian 13 have their modules below /usr.
  const modules = ["lib/modules", "usr/lib/modules"]
    .map((path) => join(folder, `linux-${version}`, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((release) => join(path, release)))[0];
  return { name: version, image: resolve(image), modules: modules ?? null };
}

/** The newest installed kernel of that version. */
function inBoot(version: string): KernelFiles | undefined {
  if (!existsSync("/boot")) return undefined;
  const prefix = `vmlinuz-${version}.`;
  const name = readdirSync("/boot")
    .filter((file) => file.startsWith(prefix))
    .sort(byNumbers)
    .at(-1);
  return name === undefined ? undefined : { ...named(join("/boot", name)), name: version };
}

const byNumbers = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Debian's cloud kernel, downloaded and unpacked into the cache; nothing is installed. */
function fetchPackage(version: string): void {
  // They may lie where PATH doesn't lead.
  const [apt, cache, unpack] = ["apt-get", "apt-cache", "dpkg-deb"].map(findProgram);
  if (!apt || !cache || !unpack) return;
  const listed = spawnSync(
    cache,
    ["search", "--names-only", `^linux-image-${version.replace(".", "\\.")}\\.[^ ]*-cloud-amd64$`],
    {
      encoding: "utf8",
    },
  ).stdout;
  const name = (listed ?? "")
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((candidate) => candidate && !/unsigned|dbg/.test(candidate))
    .sort(byNumbers)
    .at(-1);
  if (name === undefined) return;
  const work = mkdtempSync(join(tmpdir(), "kernel-package-"));
  try {
    spawnSync(apt, ["download", "-qq", name], { cwd: work, stdio: "ignore" });
    const file = readdirSync(work).find((entry) => entry.endsWith(".deb"));
    if (file === undefined) return;
    const unpacked = join(work, "unpacked");
    if (spawnSync(unpack, ["-x", file, unpacked], { cwd: work, stdio: "ignore" }).status !== 0) return;
    const image = readdirSync(join(unpacked, "boot")).find((entry) => entry.startsWith("vmlinuz-"));
    if (image === undefined) return;
    const folder = cacheFolder("kernels");
    cpSync(unpacked, join(folder, `linux-${version}`), { recursive: true });
    // The image last and at once: a cache with it is complete.
    cpSync(join(unpacked, "boot", image), join(folder, `vmlinuz-${version}.part`));
    renameSync(join(folder, `vmlinuz-${version}.part`), join(folder, `vmlinuz-${version}`));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
