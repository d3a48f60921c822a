/** Sums as coreutils 9.1 gives them, of contents that fill a block to its last bytes. */
import { expect, test } from "vitest";
import { ShellBench } from "../../testing/shell-bench.ts";

const bench = new ShellBench();
const SUMS = [
  "d41d8cd98f00b204e9800998ecf8427e  a",
  "900150983cd24fb0d6963f7d28e17f72  b",
  "e594b80dca09a134dd20d0f5b9827f39  c",
  "ede3d3b685b4e137ba4cb2521329a75e  d",
  "04364420e25c512fd958a70738aa8f72  e",
  "668a72d5ba17f08e62dabcafad6db14b  f",
  "c1bb4f81d892b2d57947682aeb252456  g",
  "a5a208cd26b07cadade3450fe14d1d93  h",
  "900150983cd24fb0d6963f7d28e17f72  -",
  "d41d8cd98f00b204e9800998ecf8427e *a",
];

test("sums of short and long files, of zeros and of letters beyond ASCII", () => {
  const { stdout } =
    bench.run(`cd /tmp; printf '' > a; printf 'abc' > b; printf 'über €\\n' > c; head -c 1000 /dev/zero > d
printf 'x%.0s' $(seq 1 55) > e; printf 'x%.0s' $(seq 1 56) > f; printf 'x%.0s' $(seq 1 64) > g; seq 1 5000 > h
md5sum a b c d e f g h; md5sum < b; md5sum -b a`);
  expect(stdout.trim().split("\n")).toEqual(SUMS);
});

test("what has changed since, and what is gone", () => {
  const { stdout, stderr, status } = bench.run(`cd /tmp; printf 1 > p; printf 2 > q; printf 3 > r; md5sum p q r > sums
md5sum -c sums; echo x > q; rm r; md5sum -c sums`);
  expect(stdout).toBe("p: OK\nq: OK\nr: OK\np: OK\nq: FAILED\nr: FAILED open or read\n");
  expect(stderr).toBe(
    "md5sum: r: No such file or directory\nmd5sum: WARNING: 1 listed file could not be read\nmd5sum: WARNING: 1 computed checksum did NOT match\n",
  );
  expect(status).toBe(1);
  expect(bench.run("md5sum -c /tmp/p; md5sum /tmp").stderr).toBe(
    "md5sum: /tmp/p: no properly formatted checksum lines found\nmd5sum: /tmp: Is a directory\n",
  );
});
