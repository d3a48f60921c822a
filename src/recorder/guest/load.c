/*
 * Takes memory inside a recorded machine and keeps it until it is killed.
 *
 *   mem KIND AMOUNT NODE POLICY    KIND: anon, thp, shm, mlock, huge, pin (AMOUNT in MiB), pipes (AMOUNT of pipes) or
 *                                  slab (AMOUNT of dentries, of names that are not there);
 *                                  NODE -1: anywhere; POLICY: bind, pref, default
 *   mem kinds PFN COUNT            counts the pages of a range by what /proc/kpageflags says of them
 *
 * The command returns when the memory is taken: it prints "ok" with the process that holds it, or what failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096, PIPE_PAGES = 16, GIFT_PIPE = 1 << 20, MOST_GIFT_PIPES = 900 };
enum { POLICY_PREFERRED = 1, POLICY_BIND = 2 };

/* Where the holder reports to the command. */
static int report;

static void fail(const char *call) {
  dprintf(report, "%s errno=%d\n", call, errno);
  _exit(1);
}

/* Fills one pipe with references to pages, which pins them. */
static size_t gift(char *from, size_t length) {
  int ends[2];
  if (pipe(ends)) return 0;
  fcntl(ends[1], F_SETPIPE_SZ, GIFT_PIPE);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  size_t given = 0;
  while (given < length) {
    struct iovec rest = {from + given, length - given};
    ssize_t taken = vmsplice(ends[1], &rest, 1, SPLICE_F_NONBLOCK);
    if (taken <= 0) break;
    given += (size_t)taken;
  }
  return given;
}

static void hold_mapping(const char *kind, size_t length, int node, int policy) {
  int flags = MAP_ANONYMOUS | (strcmp(kind, "shm") ? MAP_PRIVATE : MAP_SHARED);
  int huge = !strcmp(kind, "huge");
  char *start = mmap(NULL, length, PROT_READ | PROT_WRITE, huge ? flags | MAP_HUGETLB : flags, -1, 0);
  if (start == MAP_FAILED) fail("mmap");
  if (!huge) madvise(start, length, strcmp(kind, "thp") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
  if (node >= 0) {
    unsigned long nodes = 1UL << node;
    if (syscall(SYS_mbind, start, length, policy, &nodes, 64UL, 0)) fail("mbind");
  }
  for (size_t at = 0; at < length; at += PAGE) start[at] = (char)(at / PAGE | 1);
  if (!strcmp(kind, "mlock") && mlock(start, length)) fail("mlock");
  if (strcmp(kind, "pin")) {
    dprintf(report, "ok pid=%d\n", getpid());
    return;
  }
  size_t pinned = 0;
  for (int pipes = 0; pipes < MOST_GIFT_PIPES && pinned < length; pipes++) {
    size_t given = gift(start + pinned, length - pinned);
    if (given == 0) break;
    pinned += given;
  }
  dprintf(report, "ok pid=%d pinned=%zuKiB\n", getpid(), pinned / 1024);
}

/* The pages of pipes are the kernel's own memory. */
static void hold_pipes(long count) {
  static char page[PAGE];
  for (long i = 0; i < count; i++) {
    int ends[2];
    if (pipe(ends)) break;
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    for (int k = 0; k < PIPE_PAGES; k++)
      if (write(ends[1], page, PAGE) <= 0) break;
  }
  dprintf(report, "ok pid=%d\n", getpid());
}

/* The kernel remembers each name that it was asked for, also those that do not exist. */
static void look_up(long count) {
  char name[64];
  for (long i = 0; i < count; i++) {
    snprintf(name, sizeof name, "/sys/none-%d-%ld", getpid(), i);
    access(name, F_OK);
  }
  dprintf(report, "ok pid=%d\n", getpid());
}

static int take(const char *kind, long amount, int node, int policy) {
  int pipes = !strcmp(kind, "pipes");
  int names = !strcmp(kind, "slab");
  unsigned long nodes = 1UL << (node < 0 ? 0 : node);
  if ((pipes || names) && node >= 0 && syscall(SYS_set_mempolicy, POLICY_BIND, &nodes, 64UL)) {
    printf("mempolicy errno=%d\n", errno);
    return 1;
  }
  int ends[2];
  if (pipe(ends)) return 1;
  pid_t holder = fork();
  if (holder < 0) return 1;
  if (holder == 0) {
    setsid();
    close(ends[0]);
    report = ends[1];
    if (pipes) hold_pipes(amount);
    else if (names) look_up(amount);
    else hold_mapping(kind, (size_t)amount << 20, node, policy);
    close(report);
    for (;;) pause();
  }
  close(ends[1]);
  char answer[128];
  ssize_t length = read(ends[0], answer, sizeof answer - 1);
  if (length <= 0) {
    printf("failed\n");
    return 1;
  }
  answer[length] = 0;
  fputs(answer, stdout);
  return strncmp(answer, "ok", 2) != 0;
}

/* Flags of /proc/kpageflags, in the order in which they decide what a page is. */
static const struct {
  int bit;
  const char *kind;
  /* Pages without flags that follow belong to it: only the first page of a free chunk is marked. */
  int leads;
} FLAGS[] = {
    {20, "nopage", 0}, {19, "hwpoison", -1}, {32, "reserved", 0}, {10, "buddy", 1}, {23, "offline", -1}, {7, "slab", 0},
    {26, "pgtable", 0}, {17, "hugetlb", 0},  {22, "thp", 0},      {12, "anon", 0},  {5, "file", 0},
};
enum { FLAG_COUNT = sizeof FLAGS / sizeof *FLAGS, BUDDY = 3 };
static const char *const ORDER[] = {"buddy",    "slab",    "pgtable", "anon",   "file", "hugetlb", "thp",
                                    "reserved", "offline", "hwpoison", "nopage"};

static int count_kinds(unsigned long first, unsigned long count) {
  uint64_t *pages = malloc(count * sizeof *pages);
  int file = open("/proc/kpageflags", O_RDONLY);
  if (!pages || file < 0) return 1;
  ssize_t got = pread(file, pages, count * sizeof *pages, (off_t)(first * sizeof *pages));
  unsigned long counts[FLAG_COUNT] = {0}, other = 0;
  int in_buddy = 0;
  for (ssize_t i = 0; i < got / (ssize_t)sizeof *pages; i++) {
    int found = -1;
    for (int k = 0; k < FLAG_COUNT && found < 0; k++)
      if (pages[i] >> FLAGS[k].bit & 1) found = k;
    if (found >= 0) {
      counts[found]++;
      if (FLAGS[found].leads >= 0) in_buddy = FLAGS[found].leads;
    } else if (pages[i] == 0 && in_buddy) {
      counts[BUDDY]++;
    } else {
      other++;
      in_buddy = 0;
    }
  }
  for (size_t k = 0; k < sizeof ORDER / sizeof *ORDER; k++)
    for (int f = 0; f < FLAG_COUNT; f++)
      if (!strcmp(ORDER[k], FLAGS[f].kind)) printf("%s=%lu ", FLAGS[f].kind, counts[f]);
  printf("other=%lu\n", other);
  return 0;
}

int main(int count, char **words) {
  if (count == 4 && !strcmp(words[1], "kinds")) return count_kinds(strtoul(words[2], 0, 0), strtoul(words[3], 0, 0));
  if (count < 4) return 2;
  int policy = count > 4 && !strncmp(words[4], "pref", 4) ? POLICY_PREFERRED : POLICY_BIND;
  return take(words[1], atol(words[2]), atoi(words[3]), policy);
}
