# A key of a kernel module is missing until that is loaded: at a boot, before systemd-sysctl reads the drop-in, by a file
# in modules-load.d. The request says which keys these are, in options "module=KEY:MODULE".
MODULES_LOAD=/etc/modules-load.d

# Loads the modules of wanted keys that are not there; an optional key is not worth a module.
load_modules() {
    option module | while IFS=: read -r key module; do
        case $newline$wanted in *"${newline}want $key "*) ;; *) continue ;; esac
        find_key "$key"
        [ -e "$key_file" ] || step modprobe "$module" 2>/dev/null
    done
}

# Whether a module is there, or nobody can tell.
may_be_loaded() {
    folder=/lib/modules/$kernel
    [ ! -e "$folder/modules.dep" ] || grep -qs "/$1[.]ko" "$folder/modules.dep" "$folder/modules.builtin"
}

# For keys that are missing all the same.
module_hint() {
    for pair in $(option module); do
        case " $1" in *" ${pair%%:*} "*) printf ', and modprobe %s did not bring %s' "${pair#*:}" "${pair%%:*}" ;; esac
    done
}

# The modules of the keys that the plan sets: "module NAME" for the ledger.
module_lines() {
    ! has_line "$options" 'module=' || for pair in $(option module); do
        case $newline$plan in *"${newline}set ${pair%%:*} "*) lines "module ${pair#*:}" ;; esac
    done | sort -u
}

modules_text() { lines "# $name: written by pulumi-tcp-tuning, for the keys in $drop_in.$newline$1"; }

# The modules that the ledger's LINES name are loaded at every boot, and no others for this name.
place_modules() {
    find_lines "$1" 'module '
    modules=$found
    are_modules_placed && return
    if [ -z "$modules" ]; then
        step rm -f "$modules_file" "$modules_file.new"
    else
        step mkdir -p "$MODULES_LOAD" && step put "$modules_file.new" "$(modules_text "$modules")" 2>/dev/null &&
            flush "$modules_file.new" && step mv -f "$modules_file.new" "$modules_file"
    fi
}

# Whether the file says just $modules.
are_modules_placed() {
    if [ -z "$modules" ]; then
        [ ! -e "$modules_file" ] && [ ! -e "$modules_file.new" ]
    else [ "$(cat "$modules_file" 2>/dev/null)" = "$(modules_text "$modules")" ]; fi
}
