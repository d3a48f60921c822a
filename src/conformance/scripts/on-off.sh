#!/bin/bash
# Takes a share of the memory offline and online again, then sees that injected errors stop both. Status: 0 when all was
# as promised, 1 when something was not or the call is wrong, 4 when there is nothing to try.

errno=-12
priority=0
percent=2
broken=0

give_up() {
  echo "$2" >&2
  exit "$1"
}
note() {
  printf '%-28s %s\n' "$1" "$2"
}

while getopts :e:p:r:h option; do
  case $option in
    e) errno=$OPTARG ;;
    p) priority=$OPTARG ;;
    r) percent=$OPTARG ;;
    h)
      echo "usage: ${0##*/} [-e ERRNO] [-p PRIORITY] [-r PERCENT]"
      exit 0
      ;;
    :) give_up 1 "-$OPTARG lacks its value" ;;
    *) give_up 1 "no such option: -$OPTARG" ;;
  esac
done
[[ $errno =~ ^-[0-9]+$ ]] && ((errno >= -4095 && errno < 0)) || give_up 1 "-e: from -4095 to -1"
[[ $percent =~ ^[0-9]+$ ]] && ((percent <= 100)) || give_up 1 "-r: from 0 to 100"

((EUID == 0)) || give_up 4 "only root may"
sys=$(mount | awk '$5 == "sysfs" { print $3; exit }')
[[ -d $sys ]] || give_up 4 "no sysfs"
memory=$sys/devices/system/memory
ls -d "$memory"/memory[0-9]* > /dev/null 2>&1 || give_up 4 "no memory blocks"

# Numbers of the blocks that the kernel may offline and that are in this state, in the order of their names.
blocks() {
  local folder
  for folder in "$memory"/memory[0-9]*; do
    grep -qx 1 "$folder/removable" && grep -qx "$1" "$folder/state" && echo "${folder##*/memory}"
  done
}
count() {
  blocks "$1" | wc -l
}
# What the kernel says when it is asked for a state; nothing when it obeys.
ask() {
  { echo "$2" > "$memory/memory$1/state"; } 2>&1 | sed 's/.*write error: //'
}
is() {
  [ "$(cat "$memory/memory$1/state")" = "$2" ]
}

all_online() {
  local block answer
  for block in $(blocks offline); do
    answer=$(ask "$block" online)
    if ! is "$block" online; then
      note "memory$block online" "REFUSED: $answer"
      broken=1
    fi
  done
}

# Takes so many blocks offline, whichever go.
some_offline() {
  local left=$1 block
  for block in $(blocks online); do
    ((left > 0)) || break
    [ -z "$(ask "$block" offline)" ] && is "$block" offline && ((left--))
  done
  return $((left > 0))
}

# Each block must stay as it is, and the writer must be told the injected error.
all_refused() {
  local block answer answers= seen=0
  for block in $1; do
    answer=$(ask "$block" "$2")
    if [ -z "$answer" ] || is "$block" "$2"; then
      note "memory$block $2" "WENT, THOUGH IT MUST NOT"
      broken=1
    fi
    answers+="$answer"$'\n'
    seen=$((seen + 1))
  done
  note "refused to go $2" "$seen: $(sort -u <<< "${answers%$'\n'}" | paste -sd '|')"
}

[ "$(count online)$(count offline)" != 00 ] || give_up 4 "no memory that can be offlined"
all_online
total=$(count online)
target=$(echo "a = $total * $percent; if (a % 100) a / 100 + 1 else a / 100" | bc)
note "share" "$percent%: $target of $total"

some_offline "$target" || broken=1
note "offline" "$(count offline)"
more=$((target / 2))
some_offline "$more" || broken=1
note "offline, and some more" "$(count offline)"
all_online
note "online again" "$(count online)"

modprobe -qr memory-notifier-error-inject
modprobe -q memory-notifier-error-inject priority="$priority"
inject=$sys/kernel/debug/notifier-error-inject/memory/actions
if [ ! -d "$inject" ]; then
  note "error injection" "not there"
  exit "$broken"
fi
trap 'echo 0 | tee "$inject"/*/error > /dev/null; modprobe -r memory-notifier-error-inject' EXIT

some_offline "$target"
went=$(blocks offline)
echo "$errno" > "$inject/MEM_GOING_ONLINE/error" || broken=1
all_refused "$went" online
echo 0 > "$inject/MEM_GOING_ONLINE/error"
all_online

echo "$errno" > "$inject/MEM_GOING_OFFLINE/error" || broken=1
# Others may have reasons of their own, which the kernel finds before it asks the notifiers.
all_refused "$went" offline
echo 0 > "$inject/MEM_GOING_OFFLINE/error"
all_online
note "online at the end" "$(count online)"
exit "$broken"
