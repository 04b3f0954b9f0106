# Lines to one line of JSON, which stays in the state: so rows instead of names, with null for what is not known. Lines:
#   about FIELD TEXT, number FIELD N, problem TEXT
#   want|wish|set|skipped|foreign|original|own|live KEY VALUE, bound KEY OP VALUE, failed KEY WHY,
#   boot KEY FILE:LINE VALUE, computed KEY VALUE = FACTS
#       a key becomes [status, wanted, original, live, at boot, why, bound, facts]; live only where it is not as wanted
#   counter NAME N, counterBefore NAME N: [before, now]
#   count STATE N, statesBefore STATE N: a line without more words says that they were counted; timewait FIELD N
# A program for awk, after BOUNDS and ASIDES, with verb.
# shellcheck disable=SC2016 # they are awk's
REPORT='
    function text(s) { gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s); gsub(/[\001-\037]/, " ", s); return "\"" s "\"" }
    function rest(n, i, s) { s = $0; for (i = 1; i <= n; i++) sub(/^[^ ]+ ?/, "", s); return s }
    function add(list, item) { return list (list == "" ? "" : ",") item }
    function number() { return text($2) ":" $3 }
    $1 == "about" { about = add(about, text($2) ":" text(rest(2))); next }
    $1 == "number" { about = add(about, number()); next }
    $1 == "count" { counted = 1; if (NF > 1) states = add(states, number()); next }
    $1 == "statesBefore" { counted_before = 1; if (NF > 1) states_before = add(states_before, number()); next }
    $1 == "timewait" { tw = add(tw, number()); next }
    $1 == "counter" { counters[++n_counters] = $2; now[$2] = $3; next }
    $1 == "counterBefore" { before[$2] = $3; next }
    $1 == "problem" { problems = add(problems, text(rest(1))); next }
    $1 ~ /^(want|wish|set|skipped|foreign)$/ { value["wanted", $2] = rest(2); order[++n] = $2 }
    $1 == "computed" { value[$1, $2] = substr($0, index($0, " = ") + 3); next }
    NF { value[$1, $2] = rest(2) }
    function has(name, key) { return (name, key) in value }
    function is_as_wanted(key) {
        return has("live", key) && (verb == "verify" && has("set", key) ? !has("failed", key) \
            : value["live", key] == value["wanted", key])
    }
    function value_at_boot(key, s) { s = value["boot", key]; sub(/^[^ ]+ ?/, "", s); return s }
    function stands_at_boot(key) {
        return has("bound", key) ? meets(value_at_boot(key), value["bound", key]) \
            : value_at_boot(key) == value["wanted", key]
    }
    function status(key) {
        if (has("foreign", key)) return "otherNamespace"
        if (has("failed", key)) return "failed"
        if (!has("live", key)) return "missing"
        if (!is_as_wanted(key)) return "differs"
        if (has("boot", key) && !stands_at_boot(key)) return "overridden"
        if (has("own", key)) return "kept"
        return value["original", key] == value["wanted", key] ? "unchanged" : "applied"
    }
    function field(name, key) { return "," (has(name, key) ? text(value[name, key]) : "null") }
    function entry(key, row) {
        row = text(status(key)) field("wanted", key) field("original", key) \
            (has("live", key) && value["live", key] != value["wanted", key] ? field("live", key) : ",null") \
            field("boot", key) field("failed", key) field("bound", key) field("computed", key)
        sub(/(,null)+$/, "", row)
        return text(key) ":[" row "]"
    }
    function print_sockets(i, list) {
        for (i = 1; i <= n_counters; i++)
            list = add(list, text(counters[i]) ":[" (counters[i] in before ? before[counters[i]] : "null") "," now[counters[i]] "]")
        printf ",\"timeWait\":{%s},\"counters\":{%s}", tw, list
        if (counted) printf ",\"states\":{%s\"now\":{%s}}", (counted_before ? "\"before\":{" states_before "}," : ""), states
        print_listeners()
    }
    END {
        for (i = 1; i <= n; i++) keys = add(keys, entry(order[i]))
        printf "{\"schema\":1,\"verb\":%s,%s,\"keys\":{%s}", text(verb), about, keys
        if (tw != "") print_sockets()
        print_asides()
        if (verb == "verify") printf ",\"ok\":%s,\"problems\":[%s]", (problems == "" ? "true" : "false"), problems
        print "}"
    }'
