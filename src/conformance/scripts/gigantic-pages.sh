grep -E 'managed +[0-9]{4}' /proc/zoneinfo
cat /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
for n in 0 1; do cat /sys/devices/system/node/node$n/hugepages/hugepages-1048576kB/nr_hugepages; done
echo 3 > /sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages
cat /sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages
for b in 56 63; do
  echo offline > /sys/devices/system/memory/memory$b/state
  echo $?
done
cat /sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages
