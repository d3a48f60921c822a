/** Manual pages: files. */
import type { ManPage } from "./page.ts";

export const FILES_PAGES: readonly ManPage[] = [
  {
    name: "cat",
    summary: "print files",
    synopsis: ["cat [-AbEnsTv] [FILE]..."],
    description: ["One after the other. /dev/kmsg goes on for ever."],
    options: [
      ["-n", "Number lines."],
      ["-A", "Show what cannot be seen."],
    ],
  },
  {
    name: "ls",
    summary: "list folders",
    synopsis: ["ls [-1aAdFhilrRStU] [FILE]..."],
    description: ["Names in order; with -l also modes, sizes and times."],
  },
  {
    name: "find",
    summary: "look for files",
    synopsis: ["find [PATH]... [EXPRESSION]"],
    description: [
      "Tests: -name -iname -path -regex -type -size -empty -perm -newer -mmin -mtime -links -inum -maxdepth -mindepth. Actions: -print -print0 -printf -ls -exec -execdir -delete -prune -quit. Joined by -a, -o, ! and brackets.",
    ],
  },
  {
    name: "stat",
    summary: "tell about files",
    synopsis: ["stat [-c FORMAT] FILE..."],
    description: ["Size, mode, owner and time."],
  },
  {
    name: "touch",
    summary: "make files, or set their time",
    synopsis: ["touch [-c] FILE..."],
    description: ["The time is that of the simulation."],
  },
  {
    name: "mkdir",
    summary: "make folders",
    synopsis: ["mkdir [-pv] [-m MODE] FOLDER..."],
    description: ["With -p also those above."],
  },
  {
    name: "rmdir",
    summary: "remove empty folders",
    synopsis: ["rmdir [-p] FOLDER..."],
    description: ["Refuses folders that hold something."],
  },
  {
    name: "rm",
    summary: "remove files",
    synopsis: ["rm [-dfrv] FILE..."],
    description: ["Files of /sys and /proc stay: they are the kernel's."],
    options: [
      ["-r", "Folders and all below."],
      ["-f", "Say nothing of what is missing."],
    ],
  },
  {
    name: "mv",
    summary: "move or rename files",
    synopsis: ["mv [-nv] SOURCE... TARGET"],
    description: ["Into the target where that is a folder."],
  },
  { name: "cp", summary: "copy files", synopsis: ["cp [-anrsv] SOURCE... TARGET"], description: ["Folders with -r."] },
  { name: "ln", summary: "make links", synopsis: ["ln -s [-fn] TARGET NAME"], description: ["Symbolic links only."] },
  {
    name: "chmod",
    summary: "change modes",
    synopsis: ["chmod [-R] MODE FILE..."],
    description: ["Octal, or such as u+x,go-w."],
  },
  {
    name: "basename",
    summary: "the last part of a path",
    synopsis: ["basename PATH [SUFFIX]", "basename -a [-s SUFFIX] PATH..."],
    description: ["Without the suffix where one is given."],
  },
  {
    name: "dirname",
    summary: "a path without its last part",
    synopsis: ["dirname PATH..."],
    description: ["A dot where there is no slash."],
  },
  {
    name: "realpath",
    summary: "a path without links",
    synopsis: ["realpath [-ems] PATH..."],
    description: ["From the root."],
  },
  {
    name: "readlink",
    summary: "where a link leads",
    synopsis: ["readlink [-fem] [-n] PATH..."],
    description: ["With -f to the very end."],
  },
  {
    name: "mktemp",
    summary: "make a file with a new name",
    synopsis: ["mktemp [-d] [-u] [-p FOLDER] [TEMPLATE]"],
    description: ["In /tmp unless said."],
  },
  {
    name: "dd",
    summary: "copy blocks",
    synopsis: ["dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [status=none]"],
    description: ["Also reads large files of the kernel, such as /proc/kpageflags, from the middle."],
  },
  {
    name: "cmp",
    summary: "find where two files differ, byte by byte",
    synopsis: ["cmp [-bls] [-n N] [-i SKIP] FIRST [SECOND [SKIP [SKIP]]]"],
    description: ["The first byte that differs, and its line. Status 0: none does; 1: some do; 2: trouble."],
    options: [
      ["-l, -b", "All of them, in octal; as characters too."],
      ["-s", "Only the status."],
      ["-n N, -i SKIP", "At most so many bytes; not the first ones."],
    ],
    seeAlso: ["diff", "od", "md5sum"],
  },
  {
    name: "md5sum",
    summary: "say what files come to, and check it",
    synopsis: ["md5sum [-bct] [FILE]..."],
    description: ["Whether what a file holds is still the same after its pages have moved."],
    options: [["-c", "Read sums from the files, and check them."]],
    seeAlso: ["cmp"],
  },
  {
    name: "od",
    summary: "show bytes",
    synopsis: ["od [-A RADIX] [-t TYPE] [-j N] [-N N] [FILE]..."],
    description: ["In octal unless said."],
  },
  {
    name: "hexdump",
    summary: "show bytes in hexadecimal",
    synopsis: ["hexdump [-C] [-n N] [-s N] [FILE]..."],
    description: ["With -C also as text."],
  },
  {
    name: "hd",
    summary: "hexdump -C",
    synopsis: ["hd [-n N] [-s N] [FILE]..."],
    description: ["The same as hexdump -C."],
  },
  {
    name: "xxd",
    summary: "show bytes in hexadecimal",
    synopsis: ["xxd [-p] [-l N] [-s N] [-c N] [FILE]"],
    description: ["Sixteen bytes a line."],
  },
];
