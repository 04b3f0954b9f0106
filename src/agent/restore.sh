restore() {
    request_or_name "$@"
    need_root
    [ -d "$STATE" ] || {
        remove_orphan
        return
    }
    take_lock
    meet_family
    [ -n "$newest" ] || {
        remove_orphan
        return
    }
    formers="$formers $name"
    use_name "$newest"
    ! is_of_another || {
        say "left as it is: another resource tunes this host as '$name' since; by hand: sh $dir/agent restore $name"
        restored 0
        return
    }
    make_plan ''
    tell_changed
    carry_out "$plan"
    commit_restore || uncommit
    remove_formers "$formers"
    count_lines "$changes"
    restored "$many"
}

# Whether the request is one of a resource that the tuning does not belong to any more.
is_of_another() {
    token=$(option resource)
    holders=$(recorded "$dir/ledger" resource)
    [ -n "$token" ] && [ -n "$holders" ] && case $newline$holders$newline in *"$newline$token$newline"*) return 1 ;; esac
}

# No ledger: a host that was rebuilt, or was restored before. Without originals only the file can go.
remove_orphan() {
    step rm -f "$staged" 2>/dev/null
    place_modules '' || die 73 "cannot remove $modules_file: $(why_not_writable "$MODULES_LOAD")"
    if [ -e "$drop_in" ]; then
        step rm -f "$drop_in" || die 73 "cannot remove $drop_in: $(why_not_writable "$DROP_INS")"
        say "$drop_in removed, but $dir/ledger with the original values is gone: they return with the next boot"
    else say "nothing is applied here under the name '$name'"; fi
    restored 0
}

# Told before it is written over, for a run that is killed.
tell_changed() {
    find_lines "$plan" 'byHand '
    [ -z "$found" ] || say "had been changed since by somebody else: $(joined "$found")"
}

restored() {
    printf '{"schema":1,"verb":"restore","changed":%s}\n' "$1"
}
