# From want, wish, set, original, live and foreign lines to what is to be done:
#   missing KEY         a wanted key that this host does not have
#   write KEY VALUE     a live value to change
#   before KEY VALUE    what it was
#   set KEY VALUE       what the new ledger says
#   original KEY VALUE  what restore gives back
#   skipped KEY VALUE   an optional key that this host does not have
#   foreign KEY VALUE   an optional key that only another network namespace can change
make_plan() {
    awk '
        function rest() { return substr($0, length($1) + length($2) + 3) }
        !NF { next }
        $1 == "live" { live[$2] = rest(); next }
        $1 == "foreign" { foreign[$2]; next }
        $1 == "original" { original[$2] = rest(); next }
        $1 == "set" { old[$2] = rest(); next }
        $1 ~ /^(bound|own|computed)$/ { next }
        { op[$2] = $1; want[$2] = rest(); order[++n] = $2 }
        function change(key, value) {
            if (live[key] == value) return
            print "write", key, value
            print "before", key, live[key]
        }
        END {
            for (i = 1; i <= n; i++) {
                key = order[i]
                if (!(key in live)) { print (op[key] == "wish" ? "skipped" : "missing"), key, want[key]; continue }
                if (op[key] == "wish" && key in foreign && live[key] != want[key]) { print "foreign", key, want[key]; continue }
                change(key, want[key])
                print "set", key, want[key]
                print "original", key, (key in original ? original[key] : live[key])
            }
            for (key in old) if (!(key in want) && (key in live)) change(key, original[key])
        }'
}

# The plan that leads from what the ledgers know to these wanted lines.
plan_for() {
    keys=$(lines "$1$newline$known" | awk 'NF > 1 { print $2 }')
    lines "$1$newline$known$newline$(lines "$keys" | live_values)
$(select_lines "$1" wish | foreign_keys)" | make_plan
}
