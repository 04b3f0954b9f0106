# What is on the host now, beside what the request wants (a name: what the ledger says); changes nothing, needs no root.
observe() {
    request_or_name "$@"
    ledger=$dir/ledger
    known=$(grep -E '^(set|original|own) ' "$ledger" 2>/dev/null)
    if [ -n "$body" ]; then wanted=$(wanted_lines); else wanted=$(grep -E '^(set|bound|computed) ' "$ledger" 2>/dev/null); fi
    text=''
    [ -z "$body" ] || settle_wanted
    wanted="$wanted$newline$(dropped_lines)"
    {
        lines "about name $name"
        lines "about kernel $(kernel)"
        [ ! -e "$ledger" ] || lines "number generation $(recorded "$ledger" generation)"
        lines "$wanted"
        lines "$wanted" | awk 'NF { print $2 }' | live_values
        lines "$wanted" | awk 'NF { print $2 }' | sort -u | boot_truth "$text"
        grep '^original ' "$ledger" 2>/dev/null
        drift | sed -n 's/./problem &/p'
    } | report_json observe
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
    [ -e "$ledger" ] || {
        lines "nothing is applied here under the name '$name'"
        return
    }
    : "${hash:=$(recorded "$ledger" hash)}"
    for journal in pending guarded committing; do
        [ ! -e "$dir/$journal" ] || lines "an earlier run was cut off, or waits for its confirmation"
    done
    verify_files
    wrong=$(read_back "$(grep -E '^(set|bound) ' "$ledger")" | sort)
    verify_values
    computed_otherwise | sed 's/.*/memory or processors are others: now &/'
}
