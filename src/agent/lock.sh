# One transaction at a time on a host. The lock is a symbolic link, made with its content in one step; it names its
# holder, so that one whose holder was killed, or died with an earlier boot, is found and broken.
LOCK=$STATE/lock

take_lock() {
    me="process $$ started $started boot $boot_id"
    waited=0 failed=0
    until mkdir -p "$STATE" 2>/dev/null && ln -s "$me" "$LOCK" 2>/dev/null; do
        # No lock, and none to be had: its holder may just have gone, with the folder; or another run has just broken a
        # dead one's. Neither happens for long.
        holder=$(readlink "$LOCK") && { is_alive "$holder" || break_lock; } || {
            failed=$((failed + 1))
            [ "$failed" -lt 50 ] ||
                die 73 "cannot write $STATE: $(why_not_writable "$STATE" /var/lib); nothing was changed"
            continue
        }
        failed=0
        is_alive "$holder" || continue
        waited=$((waited + 1))
        [ "$waited" -le "${patience:-40}" ] || die 79 "another tcp-tuning run ($holder) is at work; nothing was changed; try again later"
        sleep 1
    done
    trap 'release_lock' EXIT
}

release_lock() {
    [ "$(readlink "$LOCK")" != "$me" ] || rm -f "$LOCK"
    [ -d "${dir:-}" ] || rmdir "$STATE" 2>/dev/null
}

# Field 22 of stat, counted after the program's name, which may hold blanks.
started_at() { sed 's/.*) //; s/^\([^ ]* \)\{19\}\([^ ]*\).*/\2/' "/proc/$1/stat" 2>/dev/null; }

# "process PID started TIME boot ID"
is_alive() {
    # shellcheck disable=SC2086 # words are wanted
    set -- $1
    [ "${6:-}" = "$boot_id" ] && [ "$4" = "$(started_at "$2")" ]
}

# Renames first: of two that break the same lock only one gets it, and a new lock that was caught instead goes back.
break_lock() {
    mv "$LOCK" "$LOCK.$$" 2>/dev/null || return
    caught=$(readlink "$LOCK.$$")
    [ "$caught" = "$holder" ] || ln -s "$caught" "$LOCK" 2>/dev/null
    rm -f "$LOCK.$$"
}
