# What a request wants. Its body is a drop-in in which KEY >= VALUE and KEY <= VALUE are bounds: the host's own value
# stands where it is within, and of several numbers each by itself. Facts such as cpus*1024 stand for numbers in it.

# For awk: numbers as text, since they may be longer than awk's own.
BOUNDS='
    function shorter(a, b) { return length(a) != length(b) ? length(a) < length(b) : (a "") < (b "") }
    function less(a, b) {
        if ((a ~ /^-/) != (b ~ /^-/)) return a ~ /^-/
        return a ~ /^-/ ? shorter(b, a) : shorter(a, b)
    }
    # The value nearest to OWN that the bound "OP VALUE" allows.
    function nearest(own, bound, op, n, i, a, b, out) {
        op = substr(bound, 1, 2)
        n = split(substr(bound, 4), b, " ")
        if (split(own, a, " ") != n) return substr(bound, 4)
        for (i = 1; i <= n; i++)
            out = out (i > 1 ? " " : "") ((op == ">=" ? less(a[i], b[i]) : less(b[i], a[i])) ? b[i] : a[i])
        return out
    }
    function meets(value, bound) { return (nearest(value, bound) "") == (value "") }
'

memory_bytes() { awk '/^MemTotal:/ { printf "%.0f\n", $2 * 1024 }' /proc/meminfo; }
page_bytes() { awk '/^KernelPageSize:/ { print $2 * 1024; exit }' /proc/self/smaps; }
cpus() { grep -c '^cpu[0-9]' /proc/stat; }

# Sets "wanted": "want KEY VALUE", or "wish KEY VALUE" for an optional key; before one with a bound "bound KEY OP VALUE", before one with
# facts "computed KEY VALUE = FACTS".
read_wanted() {
    machine=''
    case $body in *'*'*) machine="$(memory_bytes) $(page_bytes) $(cpus)" ;; esac
    wanted=$(
        awk -v machine="$machine" '
        BEGIN { split(machine, fact, " "); memory = fact[1]; page = fact[2]; cpus = fact[3] }
        # FACT*FACTOR or FACT*FACTOR:MIN-MAX; of the memory whole 64 MiB count, since each kernel takes a little for itself.
        function number(element, part, n) {
            if (element !~ /^(bytes|pages|cpus)[*][0-9.]+(:[0-9]*-[0-9]*)?$/) return element
            split(element, part, /[*:-]/)
            n = part[2] * (part[1] == "cpus" ? cpus : (memory - memory % 67108864) / (part[1] == "pages" ? page : 1))
            if (part[3] != "" && n < part[3] + 0) n = part[3] + 0
            if (part[4] != "" && n > part[4] + 0) n = part[4] + 0
            return sprintf("%.0f", n)
        }
        function computed(value, element, n, i, out) {
            n = split(value, element, " ")
            for (i = 1; i <= n; i++) out = out (i > 1 ? " " : "") number(element[i])
            return out
        }
        /^[#;]/ || /^$/ { next }
        {
            line = $0
            word = sub(/^-/, "") ? "wish" : "want"
            at = match($0, / [<>]?= /)
            key = substr($0, 1, at - 1)
            op = substr($0, at + 1, RLENGTH - 2)
            value = facts = substr($0, at + RLENGTH)
            if (value ~ /[*]/) value = computed(value)
            if (!at || key !~ /^[A-Za-z0-9_][A-Za-z0-9_.\/-]*$/ || key ~ /[.\/][.\/]/ ||
                value ~ /[*]/ || ((op != "=" || value != facts) && value !~ /^-?[0-9]+( -?[0-9]+)*$/)) { print "bad", line; next }
            if (value != facts) print "computed", key, value, "=", facts
            if (op != "=") print "bound", key, op, value
            print word, key, value
        }' <<-END
			$body
		END
    )
}

# settled WANTED-LINES: the same with the values that bounds come to on this host, and "own KEY VALUE" where its own
# one stands.
# A value that the ledger says was set for a bound's sake is not the host's own: the original is.
settled() {
    lines "$known$newline$(select_lines "$1" bound | live_values)$newline$1" | awk "$BOUNDS"'
        function rest() { return substr($0, length($1) + length($2) + 3) }
        $1 == "live" { live[$2] = rest(); next }
        $1 == "set" { old[$2] = rest(); delete kept[$2]; next }
        $1 == "original" { original[$2] = rest(); next }
        $1 == "own" { kept[$2]; next }
        $1 == "bound" { bound[$2] = rest() }
        $1 ~ /^w/ && ($2 in bound) && ($2 in live) {
            own = ($2 in old) && old[$2] == live[$2] && !($2 in kept) ? original[$2] : live[$2]
            value = nearest(own, bound[$2])
            print $1, $2, value
            if (value == own) print "own", $2, value
            next
        }
        NF'
}

# settle_wanted: sets "wanted" to what it comes to here, and "text" to the drop-in that says so.
settle_wanted() {
    text=$body
    has_line "$wanted" 'bound ' || has_line "$wanted" 'computed ' || return 0
    wanted=$(settled "$wanted")
    text=$(lines "$wanted$newline=$newline$body" | awk '
        $0 == "=" { body = 1; next }
        !body { if ($1 == "want" || $1 == "wish") value[$2] = substr($0, length($1) + length($2) + 3); next }
        !/^[#;]/ && (match($0, / [<>]= /) || (/[*]/ && match($0, / = /))) {
            key = substr($0, 1, RSTART - 1)
            print key " = " value[key ~ /^-/ ? substr(key, 2) : key]
            next
        }
        { print }')
}
