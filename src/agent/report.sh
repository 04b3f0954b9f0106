# Lines to one line of JSON: "about FIELD VALUE", "number FIELD N", "want|wish|set|original|live|skipped KEY VALUE",
# "count STATE N", "timewait FIELD N", "problem TEXT". A key becomes [status, wanted, original, live]: it stays in the state.
report_json() {
    awk -v verb="$1" '
        function text(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/[\001-\037]/, " ", s); return "\"" s "\"" }
        function rest(n, i, s) { s = $0; for (i = 1; i <= n; i++) sub(/^[^ ]+ ?/, "", s); return s }
        function add(list, item) { return list (list == "" ? "" : ",") item }
        $1 == "about" { about = add(about, text($2) ":" text(rest(2))); next }
        $1 == "number" { about = add(about, text($2) ":" $3); next }
        $1 == "count" { states = add(states, text($2) ":" $3); next }
        $1 == "timewait" { tw = add(tw, text($2) ":" $3); next }
        $1 == "problem" { problems = add(problems, text(rest(1))); next }
        NF {
            if ($1 != "live" && $1 != "original") { $1 = "wanted"; order[++n] = $2 }
            value[$1, $2] = rest(2)
        }
        function status(key) {
            if (!(("live", key) in value)) return "missing"
            if (value["live", key] != value["wanted", key]) return "differs"
            return value["original", key] == value["wanted", key] ? "unchanged" : "applied"
        }
        function field(name, key) { return (name, key) in value ? "," text(value[name, key]) : "" }
        function entry(key, s) {
            s = status(key)
            return text(key) ":[" text(s) field("wanted", key) field("original", key) (s == "differs" ? field("live", key) : "") "]"
        }
        END {
            for (i = 1; i <= n; i++) keys = add(keys, entry(order[i]))
            printf "{\"schema\":1,\"verb\":%s,%s,\"keys\":{%s}", text(verb), about, keys
            if (tw != "") printf ",\"timeWait\":{%s}", tw
            if (states != "") printf ",\"states\":{%s}", states
            if (verb == "verify") printf ",\"ok\":%s,\"problems\":[%s]", (problems == "" ? "true" : "false"), problems
            print "}"
        }'
}
