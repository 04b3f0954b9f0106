# What is on the host now, beside what the request wants (a name: what the ledger says); changes nothing, needs no root.
observe() {
    request_or_name "$@"
    ledger=$dir/ledger
    if [ -n "$body" ]; then wanted=$(wanted_lines); else wanted=$(grep '^set ' "$ledger" 2>/dev/null); fi
    {
        lines "about name $name"
        [ ! -e "$ledger" ] || lines "number generation $(recorded "$ledger" generation)"
        lines "about wanted $hash"
        lines "about applied $(recorded "$ledger" hash 2>/dev/null)"
        lines "about dropIn $(file_hash "$drop_in")"
        lines "about kernel $(kernel)"
        lines "$wanted"
        lines "$wanted" | awk 'NF { print $2 }' | live_values
        lines "$wanted" | awk 'NF { print $2 }' | boot_truth "$body"
        grep '^original ' "$ledger" 2>/dev/null
    } | report_json observe
}
