# What the next boot makes of a key, by systemd-sysctl's own selection and precedence: of the files with one name that of
# the first folder, all names together sorted by byte, the last assignment of a key; a glob only where no line names the
# key itself, and "-KEY" alone takes a key out.
BOOT_FOLDERS='/etc /run /usr/local/lib /usr/lib /lib'

# Sets "files" to those that a boot may read, "NAME/PATH", and after them sysctl.conf, "KIND/PATH"; with BODY as if the
# drop-in were in place already.
list_boot_files() {
    files=''
    set +f
    for folder in $BOOT_FOLDERS; do
        for file in "$folder"/sysctl.d/*.conf; do
            [ -e "$file" ] || [ -h "$file" ] || continue
            # A folder takes the place of a file as well; awk may not survive reading it.
            files="$files${file##*/}/"
            [ -d "$file" ] || files=$files$file
            files=$files$newline
        done
        [ "$folder" != /etc ] || [ -z "${1:-}" ] || files="$files${drop_in##*/}/$drop_in$newline"
    done
    set -f
    # Without systemd, sysctl --system is what boots run: it reads this one last. Otherwise sysctl -p alone does. Where it is
    # linked from above, its lines have been listed there.
    linked=''
    [ ! -h /etc/sysctl.d/99-sysctl.conf ] || linked=yes
    if [ ! -e /usr/lib/systemd/systemd-sysctl ] && [ ! -e /lib/systemd/systemd-sysctl ]; then
        files="$files${linked:+unlisted}//etc/sysctl.conf"
    elif [ -z "$linked" ]; then files="${files}powerless//etc/sysctl.conf"; fi
}

# look_at_boot LINES BODY: sets "boot" to what boots make of the keys of LINES, and "losing" to "KEY FILE:LINE VALUE" for each
# that they do not keep. For each key of the plan or ledger LINES "set KEY VALUE" ("want" and "wish" in observe):
#   boot KEY FILE:LINE VALUE    what decides, no value where that line takes the key out; nothing where no file names it
#   losing KEY FILE:LINE VALUE  the same where it is another value than is set, or one beyond its "bound KEY OP VALUE"
#   rival TEXT                  each other line that sets it otherwise, at a boot or by sysctl -p
# BODY, if given, stands for what is in this tuning's drop-in; files that will go are left out.
look_at_boot() {
    gone=' '
    for former in $formers; do
        [ "$former" = "$name" ] || gone="$gone$DROP_INS/99-tcp-tuning-$former.conf "
    done
    list_boot_files "$2"
    boot=$(
        BODY=$2 TUNING=$1 awk -v drop_in="$drop_in" -v gone="$gone" "$BOUNDS"'
        function rest(line, n) { while (n--) sub(/^[^ ]+ ?/, "", line); return line }
        function stripped(s) { gsub(/^[ \t\r]+|[ \t\r]+$/, "", s); return s }
        function folded(s) { gsub(/[ \t]+/, " ", s); return s }
        # The first separator says which one parts the folders.
        function path_of(key) {
            if (match(key, /[.\/]/) && substr(key, RSTART, 1) == ".") {
                gsub(/[.]/, "\001", key); gsub("/", ".", key); gsub("\001", "/", key)
            }
            gsub("/+", "/", key); sub("^/", "", key); sub("/$", "", key)
            return key
        }
        function tell_rival(key, place, value) {
            if ((key in want) && index(place, drop_in ":") != 1 && value != want[key])
                print "rival " place " sets " key " = " value ": sysctl --system or sysctl -p would write it; take it out there"
        }
        function assign(line, place, at, key, value, out) {
            line = stripped(line)
            if (line ~ /^([#;]|$)/) return
            at = index(line, "=")
            out = !at
            if (out && line !~ /^-/) return
            key = out ? line : substr(line, 1, at - 1)
            value = out ? "" : stripped(substr(line, at + 1))
            sub(/^-/, "", key)
            key = path_of(stripped(key))
            if (kind != "unlisted" && (key in asked) && !out) tell_rival(asked[key], place, folded(value))
            if (kind == "powerless") return
            # The same once more keeps its place in the order.
            if (key in values && values[key] == value && taken_out[key] == out) return
            values[key] = value; taken_out[key] = out; places[key] = place; order[key] = ++n
        }
        function read(path, i, count, body, line) {
            if (path == drop_in && ENVIRON["BODY"] != "") {
                count = split(ENVIRON["BODY"], body, "\n")
                for (i = 1; i <= count; i++) assign(body[i], path ":" i)
                return
            }
            for (i = 1; (getline line < path) > 0; i++) assign(line, path ":" i)
            close(path)
        }
        # A glob as a regular expression.
        function matches(path, glob, i, c, re, inside) {
            for (i = 1; i <= length(glob); i++) {
                c = substr(glob, i, 1)
                if (inside) { re = re (c == "!" && inside == 1 ? "^" : c == "\\" ? "\\\\" : c); inside = c == "]" && inside > 1 ? 0 : inside + 1 }
                else if (c == "*") re = re "[^/]*"
                else if (c == "?") re = re "[^/]"
                else if (c == "[" && index(substr(glob, i + 2), "]")) { re = re c; inside = 1 }
                else re = re (c ~ /[A-Za-z0-9_\/-]/ ? c : "[" c "]")
            }
            return path ~ ("^" re "$")
        }
        # Of globs the last that writes something: to write an empty value changes nothing.
        function decider(path, key, last) {
            if (path in values) return path
            for (key in values)
                if (key ~ /[*?[]/ && values[key] != "" && (last == "" || order[key] > order[last]) && matches(path, key)) last = key
            return last
        }
        function loses(key, value) { return (key in want) && !(key in bound ? meets(value, bound[key]) : value == want[key]) }
        BEGIN {
            count = split(ENVIRON["TUNING"], tuning, "\n")
            for (i = 1; i <= count; i++) {
                split(tuning[i], word, " ")
                if (word[1] == "bound") bound[word[2]] = rest(tuning[i], 2)
                if (word[1] == "set") want[word[2]] = rest(tuning[i], 2)
                if (word[1] !~ /^(set|want|wish)$/ || path_of(word[2]) in asked) continue
                asked[path_of(word[2])] = keys[++asked_for] = word[2]
            }
        }
        # Of the files with one name that of the first folder, sorted by name.
        {
            kind = $0
            sub("/.*", "", kind)
            path = substr($0, index($0, "/") + 1)
            if (kind in paths) next
            paths[kind] = path
            if (kind !~ /[.]conf$/) { last = kind; next }
            for (i = ++files; i > 1 && names[i - 1] "" > kind ""; i--) names[i] = names[i - 1]
            names[i] = kind
        }
        END {
            names[++files] = last
            for (at = 1; at <= files; at++) {
                kind = names[at]
                path = paths[kind]
                if (path != "" && !index(gone, " " path " ")) read(path)
            }
            for (i = 1; i <= asked_for; i++) {
                decides = decider(path_of(keys[i]))
                if (decides == "") continue
                value = taken_out[decides] ? "" : folded(values[decides])
                answer = keys[i] " " places[decides] (taken_out[decides] ? "" : " " value)
                print "boot", answer
                if (loses(keys[i], value)) print "losing", answer
            }
        }' <<-END
			$files
		END
    )
    find_lines "$boot" 'losing '
    losing=$found
}

# What loses as a sentence.
tell_overridden() {
    lines "$1" | while read -r key place value; do
        if [ -n "$value" ]; then
            printf '%s gives %s the value %s; ' "$place" "$key" "$value"
        else printf '%s keeps %s from being set; ' "$place" "$key"; fi
    done | sed 's/; $//'
}

# A drop-in that loses would be undone by the next boot: told before anything is changed.
check_boot() {
    keep_lines "$wanted" bound
    look_at_boot "$plan$newline$found" "$text"
    [ -n "$losing" ] || return 0
    [ "$(option onOverride)" != warn ] || {
        say "BOOT-OVERRIDDEN: at the next boot $(tell_overridden "$losing")"
        return 0
    }
    die 71 "BOOT-OVERRIDDEN: at the next boot $(tell_overridden "$losing"), since that is read after $drop_in; \
nothing was changed. Take the line out there, or set onOverride: \"warn\" to apply nevertheless"
}
