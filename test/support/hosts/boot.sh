#!/bin/sh
# Boots one test host: run as the first process of new mount, network, PID, UTS and IPC namespaces, in the host's disk
# folder. Prints "up PID" when its SSH server listens.
#
# The lab has made the machine's files read-only, and here only the network part of /proc/sys can be written: whatever
# runs on a host, the machine stays as it is.
set -eu
umask 022
name=$1 port=$2 address=$3 link_address=$4 gateway=$5 gateway_link=$6 flavour=$7

read -r pid _ </proc/self/stat # the number as the machine counts it: /proc is still the machine's
exec 3<../lab-net              # the lab's network, before the mounts below hide it

hostname "$name"
for folder in etc var root home; do
    mount --bind "$folder" "/$folder"
done
for folder in /usr/lib/sysctl.d /usr/local/lib/sysctl.d; do
    [ ! -d "$folder" ] || mount --bind ".$folder" "$folder"
done
mount -t tmpfs -o mode=755,size=16m tmpfs /run
mount -t tmpfs -o mode=1777,size=16m tmpfs /dev/shm
mount -t sysfs -o ro sysfs /sys
mount -t proc proc /proc
mount --bind /proc/sys /proc/sys
mount --bind boot_id /proc/sys/kernel/random/boot_id
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,ro /proc/sys

# As at boot: sysctl.d first, interfaces afterwards. Neither tool's exit code stops a boot.
if [ -x /lib/systemd/systemd-sysctl ]; then
    /lib/systemd/systemd-sysctl || true
else
    sysctl --system || true
fi >/run/sysctl.log 2>&1

ip link set lo up
ip link add eth0 address "$link_address" type veth peer name "$port" netns /proc/self/fd/3
nsenter --net=/proc/self/fd/3 ip link set "$port" master bridge0 up
nsenter --net=/proc/self/fd/3 bridge fdb add "$link_address" dev "$port" master static
ip addr add "$address" dev eth0
ip link set eth0 addrgenmode none
ip link set eth0 up
ip neigh add "$gateway" lladdr "$gateway_link" dev eth0 nud reachable
ip route add default via "$gateway"
exec 3<&-

if [ "$flavour" = busybox ]; then
    for folder in /usr/local/bin /usr/local/sbin /usr/games /usr/sbin /usr/bin; do
        [ ! -d "$folder" ] || mount --bind "busybox$folder" "$folder"
    done
fi
mount -t tmpfs -o mode=1777,size=16m tmpfs /tmp # last: it may hide the disk
cd /root

mkdir -p /run/sshd
set -- -E /run/sshd.log
# Newer servers punish addresses that fail to log in; tests of such failures all come from one address.
if /usr/sbin/sshd -t -o PerSourcePenalties=no 2>/dev/null; then
    set -- "$@" -o PerSourcePenalties=no
fi
if ! /usr/sbin/sshd "$@"; then
    cat /run/sshd.log >&2
    exit 1
fi
tries=0
until [ -s /run/sshd.pid ]; do # the server writes it when it listens
    tries=$((tries + 1))
    if [ "$tries" -eq 500 ]; then
        cat /run/sshd.log >&2
        exit 1
    fi
    sleep 0.02
done

echo "up $pid"
exec </dev/null >/dev/null 2>&1
while :; do
    sleep 3600 &
    wait
done # keeps the namespaces, and reaps orphans as an init does
