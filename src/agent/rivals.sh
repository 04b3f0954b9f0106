# What else on the host gives the same keys other values: "rival TEXT" for each. It may do so at run time, or when somebody
# has its file read again, without a boot. LEDGER-LINES: "set KEY VALUE"; "boot" was looked at.
rivals() {
    # Lines of files that a boot reads before the drop-in, and of /etc/sysctl.conf, which sysctl -p reads.
    keep_lines "$boot" rival
    [ -z "$found" ] || lines "$found"
    programs=$(
        set +f
        cat /proc/[0-9]*/comm 2>/dev/null
    )
    clouds=''
    set +f
    for file in /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg /var/lib/cloud/instance/user-data.txt; do
        [ ! -e "$file" ] || clouds="$clouds $file"
    done
    set -f
    rival_keys=''
    case $newline$programs$newline$clouds in *"${newline}tuned$newline"* | */*)
        rival_keys=$(lines "$1" | sed -n 's/^set \([^ ]*\) .*/\1/p')
        ;;
    esac
    case $newline$programs$newline in *"${newline}tuned$newline"*) rival_tuned ;; esac
    case $newline$programs$newline in *"${newline}bpftune$newline"*)
        lines 'rival bpftune runs, and changes TCP parameters by what it observes; stop it, or leave the parameters to it'
        ;;
    esac
    # shellcheck disable=SC2086 # words are wanted
    [ -z "$clouds" ] || lines "$rival_keys" | naming $clouds |
        sed 's/^\([^ ]*\) \(.*\)/rival cloud-init may set \2: \1 names it/'
}

# The active profile, with those that it includes.
rival_tuned() {
    profiles=$(cat /etc/tuned/active_profile 2>/dev/null)
    seen=' '
    while [ -n "$profiles" ]; do
        # shellcheck disable=SC2086 # words are wanted
        set -- $profiles
        profiles=''
        for profile; do
            case $seen in *" $profile "*) continue ;; esac
            seen="$seen$profile "
            for conf in /etc/tuned/profiles /etc/tuned /usr/lib/tuned/profiles /usr/lib/tuned; do
                conf=$conf/$profile/tuned.conf
                [ -e "$conf" ] || continue
                lines "$rival_keys" | naming "$conf" |
                    sed "s|^\([^ ]*\) \(.*\)|rival tuned runs with the profile '$profile', which sets \2 in \1|"
                profiles="$profiles $(sed -n 's/^include *= *//p' "$conf" | tr ',\n' '  ')"
                break
            done
        done
    done
}

# "FILE KEY" for each key of stdin that stands, uncommented, in one of the files.
naming() {
    # Who reads nothing makes the writer complain.
    [ $# -gt 0 ] || set -- /dev/null
    awk '
        NR == FNR { keys[$1]; next }
        /^[ \t]*[#;]/ { next }
        {
            text = " " $0 " "
            gsub("/", ".", text)
            for (key in keys) if (match(text, "[^A-Za-z0-9_.]" key "[^A-Za-z0-9_.]") && !told[FILENAME, key]++) print FILENAME, key
        }' - "$@" 2>/dev/null | sort
}
