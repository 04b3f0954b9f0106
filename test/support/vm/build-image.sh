#!/bin/sh
# Builds a Debian 12 that has cloud-init: build-image.sh FOLDER PACKAGES [SOURCES]. Leaves disk.qcow2, vmlinuz and
# host-keys in FOLDER. SOURCES is a file like sources.list; without it Debian's own servers are asked.
set -eu
umask 022
folder=$1 packages=$2 sources=${3:-}
disk="$folder/disk" root="$folder/root"

# The kernel mounts the disk by itself: making an initramfs would take longer than all else.
# shellcheck disable=SC2016
set -- --essential-hook='mkdir "$1/etc/initramfs-tools"' \
    --essential-hook='echo update_initramfs=no >"$1/etc/initramfs-tools/update-initramfs.conf"' \
    --dpkgopt=force-confold --dpkgopt=force-unsafe-io
for unread in doc locale man; do
    set -- "$@" "--dpkgopt=path-exclude=/usr/share/$unread/*"
done
mmdebstrap --mode=root --variant=minbase --include="$packages" "$@" bookworm "$root" ${sources:+"$sources"}

cat >"$root/etc/cloud/cloud.cfg.d/95_test.cfg" <<'=config'
# The one that is there without the package locales; cloud-init could not make another.
locale: C.UTF-8
# Tests log in as root, and know the host's keys before the first boot.
disable_root: false
ssh_deletekeys: false
ssh_genkeytypes: [ed25519]
=config
# A service that asks for the longest backlog there can be: what it gets is what somaxconn was at its birth.
cat >"$root/etc/systemd/system/listener.service" <<'=unit'
[Service]
ExecStart=/usr/bin/python3 -c "import signal, socket; s = socket.create_server(('', 8080), backlog=2**31 - 1); signal.pause()"
[Install]
WantedBy=multi-user.target
=unit
ln -s /etc/systemd/system/listener.service "$root/etc/systemd/system/multi-user.target.wants/"
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
: >"$root/etc/machine-id"

mv "$root"/boot/vmlinuz-* "$folder/vmlinuz"
cut -d ' ' -f 1,2 "$root"/etc/ssh/ssh_host_*_key.pub >"$folder/host-keys"
mke2fs -q -t ext4 -d "$root" "$disk" 3G
qemu-img convert -c -O qcow2 -o compression_type=zstd "$disk" "$folder/disk.qcow2"
rm -rf "$disk" "$root"
