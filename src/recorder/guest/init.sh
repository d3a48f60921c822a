#!/bin/sh
# The first and only program of a recorded machine: a shell on the serial line. The first line that comes in is a mark;
# each further line is run, and answered with its output, the mark, its errors, the mark, its status and a line end.
export PATH=/bin:/sbin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t debugfs none /sys/kernel/debug
mount -t tmpfs none /tmp
stty -F /dev/ttyS0 raw -echo
echo 1 > /proc/sys/kernel/printk
echo "the machine is ready"
IFS= read -r mark
while IFS= read -r line; do
  printf '%s\n' "$line" > /tmp/cmd
  sh /tmp/cmd > /tmp/out 2> /tmp/err < /dev/null
  status=$?
  [ -s /tmp/out ] && cat /tmp/out
  printf '%s' "$mark"
  [ -s /tmp/err ] && cat /tmp/err
  printf '%s%d\n' "$mark" "$status"
done
