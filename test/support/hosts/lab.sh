#!/bin/sh
# The keeper of one lab. It makes the lab's folder and namespaces, says where they are, and takes everything away again
# when its standard input ends: that happens when the owner asks for it, and also when the owner dies in any way.
#
# All host processes live in the lab's PID namespace and all host files in its mount namespace, so the kernel itself
# removes them (and the lab's bridge and cables) with the lab's first process. The machine's own files can only be read
# in there.
set -eu
umask 022
trap '' HUP INT TERM

# A keeper that was killed could not remove its folder, whose name ends in its number. A zombie has no "exe".
for left in "${TMPDIR:-/tmp}"/tcp-tuning-hosts-*; do
    [ ! -d "$left" ] || [ -e "/proc/${left##*-}/exe" ] || rm -rf "$left"
done

folder="${TMPDIR:-/tmp}/tcp-tuning-hosts-$$"
mkdir -m 700 "$folder"
mkdir "$folder/disks"

# shellcheck disable=SC2016
setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child sh -eu -c '
    read -r pid _ </proc/self/stat
    echo "$pid" >"$1/lab.pid"
    while read -r _ _ _ _ point _; do
        case $point in
            /proc* | /sys* | /dev*) ;;
            *) mount -o remount,bind,ro "$point" || true ;;
        esac
    done </proc/self/mountinfo 2>/dev/null
    mount -t tmpfs -o mode=755,size=1g tmpfs "$1/disks"
    : >"$1/disks/lab-net"
    mount --bind /proc/self/ns/net "$1/disks/lab-net"
    # Hosts have a table of connections of their own, as large as one with 4 GiB of memory has: in the one of the machine
    # every reading of /proc/net/tcp would walk what belongs to all of it.
    [ ! -e /proc/sys/net/ipv4/tcp_child_ehash_entries ] || echo 32768 >/proc/sys/net/ipv4/tcp_child_ehash_entries
    # What is sent to all of 1,000 hosts at once overflows the queues of the machine itself: so nothing is that can be known.
    [ ! -e /proc/sys/net/ipv6/conf/default/addr_gen_mode ] || echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode
    ip link set lo up
    ip link add bridge0 type bridge ageing_time 8640000
    ip link set bridge0 up
    echo "lab $pid $1"
    exec </dev/null >/dev/null 2>&1
    while :; do sleep 3600 & wait; done
' lab "$folder" &
lab=$!
exec >/dev/null # the owner sees the end of the output if the lab dies

cat >/dev/null

if [ -s "$folder/lab.pid" ]; then
    kill -KILL "$(cat "$folder/lab.pid")" 2>/dev/null || true
else
    kill -KILL "$lab" 2>/dev/null || true
fi
wait "$lab" 2>/dev/null || true
rm -rf "$folder"
