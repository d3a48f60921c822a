#!/bin/sh
# Prints what an observation is made of, in sections. Few processes, for each costs time and leaves traces in memory: one
# reads all files, whose lines come with their names, and the shell lists the links by itself.
echo "# log"
dmesg -c
cd /sys/devices/system
echo "# links"
echo memory/memory*/node* node/node*/memory*
# Whoever reads `online` of a block that is on its way waits until it is there.
settled=
for block in memory/memory*/state; do
  read state < $block
  case $state in going*) ;; *) settled="$settled ${block%state}online" ;; esac
done
echo "# files"
grep -HE \
  -e '^(online|offline|going|none|DMA|Normal|Movable|Device|[0-9])' -e '^$' \
  -e '^Node [0-9]+,' -e 'Mem(Total|Free):' \
  -e '^  pages free|^ +(min|low|high|spanned|present|managed) |protection:|start_pfn:' \
  -e 'System RAM' -e '^(HugePages_(Total|Free)|DirectMap)' \
  -e '^(pgmigrate|compact_isolated|nr_isolated|pgpages|drop_|nr_page_table_pages|nr_kernel_stack|nr_anon_pages|nr_file_pages|nr_slab)' \
  memory/memory*/state memory/memory*/valid_zones memory/memory*/removable $settled \
  node/possible node/online node/has_memory node/has_normal_memory node/has_cpu node/node*/distance node/node*/meminfo \
  /proc/zoneinfo /proc/iomem /proc/meminfo /proc/buddyinfo /proc/vmstat
echo "# end"
