#!/bin/sh
# Prints what an observation is made of, in sections. Few processes, for each costs time and leaves traces in memory.
echo "# log"
dmesg -c
cd /sys/devices/system/memory
echo "# blocks"
grep '' memory*/state memory*/valid_zones memory*/removable memory*/online
echo "# block nodes"
echo memory*/node*
cd ../node
echo "# node lists"
grep '' possible online has_memory has_normal_memory has_cpu
echo "# nodes"
grep -E 'MemTotal|MemFree|^[0-9 ]+$' node*/meminfo node*/distance
echo "# node blocks"
echo node*/memory*
echo "# zones"
grep -E '^Node|pages free|^ +(min|low|high) |spanned|present|managed|protection|start_pfn' /proc/zoneinfo
echo "# iomem"
grep 'System RAM' /proc/iomem
echo "# meminfo"
grep -E 'MemTotal|MemFree|HugePages_(Total|Free)|DirectMap' /proc/meminfo
echo "# buddy"
cat /proc/buddyinfo
echo "# vmstat"
grep -E '^(pgmigrate|compact_isolated|nr_isolated|pgpages|drop_|nr_page_table_pages|nr_kernel_stack|nr_anon_pages|nr_file_pages|nr_slab)' /proc/vmstat
echo "# end"
