# What is on the host now, beside what the request wants (a name: what the ledger says, and root is not needed). Changes
# nothing. As root like an apply: who may not read a file of the next boot would not see that it wins.
observe() {
    request_or_name "$@"
    [ -z "$body" ] || need_root
    read_family
    ledger=$STATE/${newest:-$name}/ledger
    text='' plan='' refused=''
    if [ -n "$body" ]; then
        read_wanted
        settle_wanted
        make_plan "$wanted"
        refused=$(refusals)
    else wanted=$(grep -E '^(set|bound|computed) ' "$ledger" 2>/dev/null); fi
    wanted="$wanted$newline$(dropped_lines)"
    look_at_boot "$wanted" "$text"
    keep_lines "$boot" boot
    at_boot=$found
    {
        lines "about name $name"
        lines "about kernel $kernel"
        lines "about namespace $(if is_first_namespace; then echo first; else echo other; fi)"
        lines "number memoryBytes $(memory_bytes)"
        lines "number pageSize $(page_bytes)"
        lines "about trace $(trace)"
        lines "$wanted" | without_skipped
        lines "$wanted" | awk 'NF { print $2 }' | live_values
        lines "$at_boot"
        grep '^original ' "$ledger" 2>/dev/null
        drift | sed -n 's/./problem &/p'
        lines "$refused"
        find_listening
        lines "$listening" | awk "$SS"'!seen[$2]++ { print "listening", $2 }'
    } | awk -v verb=observe "$BOUNDS$ASIDES$REPORT"
}

# Another text after each apply. Without a ledger: that renames into this folder, or another boot.
trace() {
    if [ -e "$ledger" ]; then
        lines "$(recorded "$ledger" generation) $(stat -c %Y "$ledger")"
    else lines "$boot_id $(stat -c '%i %z' "$DROP_INS" 2>/dev/null)"; fi
}

# Why an apply would change nothing, in its own words: "refusal TEXT", or "caution TEXT" for what it would only tell.
refusals() {
    plan=$(lines "$plan" | grep -vxF -e "$(loadable_lines)")
    for check in check_owners check_missing check_writable check_congestion check_memory check_computed check_boot; do
        why=$("$check" 2>&1) && word=caution || word=refusal
        lines "$why" | sed -n "s/; nothing was changed//; s/^tcp-tuning: /$word /p"
    done
}

# Keys that are missing until an apply loads their modules.
loadable_lines() {
    lines -
    lines "$plan" | grep '^missing ' | while read -r line; do
        key=${line#missing }
        for module in $(option module | sed -n "s/^${key%% *}://p"); do
            ! may_be_loaded "$module" || lines "$line"
        done
    done
}

# Optional keys that an apply would skip stand as such.
without_skipped() {
    lines "$plan$newline=$newline$(cat)" | awk '
        $0 == "=" { rest = 1; next }
        !rest { if ($1 == "foreign" || $1 == "skipped") { skipped[$2]; print }; next }
        NF && !($2 in skipped)'
}

# Keys that the ledger has and the request has not: they would get their originals back.
dropped_lines() {
    [ -n "$body" ] && [ -e "$ledger" ] || return 0
    lines "$wanted$newline$(grep '^original ' "$ledger")" | awk '
        $1 == "original" { if (!($2 in wanted)) { sub(/^original/, "want"); print } next }
        NF { wanted[$2] }'
}

# Why the host is not in step with the request; nothing where it is.
drift() {
    for journal in pending guarded committing; do
        [ ! -e "$dir/$journal" ] || lines "an earlier run was cut off, or waits for its confirmation: the next apply ends it"
    done
    [ -e "$ledger" ] || {
        lines "nothing is applied here under the name '$name'"
        return
    }
    [ "$newest" = "$name" ] || lines "it is applied here as '$newest', and is taken over under the name '$name'"
    use_name "$newest"
    [ -e "$dir/agent" ] || lines "$dir/agent is gone"
    verify_boot_files
    # What is live is compared with the ledger; a program that changed shows in the table.
    if [ "$(recorded "$ledger" hash)" = "${hash:=$(recorded "$ledger" hash)}" ]; then
        wrong=$(read_back "$(grep -E '^(set|bound) ' "$ledger")")
        verify_values
    else lines "the program has other settings than generation $(recorded "$ledger" generation), which the host has"; fi
    computed_otherwise | sed 's/.*/memory or processors are others: now &/'
}
