# Stands for the agent in the request of a restore, which is small: the agent that an apply left on the host does the work.
# Where there is none, nothing is applied, or somebody took it away.
# shellcheck disable=SC1090 # whichever is there
# shellcheck disable=SC2154 # the launcher has set r
name=${r#tcp-tuning 1 }
name=${name%% *}
dir=/var/lib/tcp-tuning/$name
# Its last line tells a whole agent from one that was cut off while it was written. Another name's knows whether it took
# this one over.
for agent in "$dir/agent" "$dir/agent.new" "${dir%/*}"/*/agent*; do
    ! grep -qsx exit "$agent" || . "$agent"
done

end() {
    echo "tcp-tuning: $2" >&2
    exit "$1"
}
drop_in=/etc/sysctl.d/99-tcp-tuning-$name.conf
[ ! -e "$dir/ledger" ] ||
    end 70 "$dir/agent is gone, nothing was changed; write what $dir/ledger calls original, then remove $dir and $drop_in"
lock=${dir%/*}/lock
# shellcheck disable=SC2046 # "process PID started TIME boot ID"
set -- $(readlink "$lock") - - - -
! grep -qs " $4 " "/proc/$2/stat" || end 79 "another run is at work; nothing was changed; try again later"
told="nothing is applied here under the name '$name'"
[ ! -e "$drop_in" ] || told="$drop_in removed, but $dir/ledger with the original values is gone: they return with the next boot"
# What is not there nobody needs to be root for.
set -- rm -rf "$lock" "$dir" "$drop_in" "/etc/modules-load.d/99-tcp-tuning-$name.conf" "${drop_in%/*}/.99-tcp-tuning-$name.staged"
"$@" 2>/dev/null || case $r in *' become='*) sudo -n "$@" ;; *) false ;; esac || end 73 "cannot remove $drop_in: as root, $*"
rmdir "${dir%/*}" 2>/dev/null
echo '{"schema":1,"verb":"restore","changed":0}'
end 0 "$told"
