#!/bin/sh
# Checks files, previews a stack with the policy pack, and tells in the pull request what would happen to the kernels.
# The same steps for every forge, in the folder of Pulumi.yaml. What to do is in the environment:
#
#   TCP_TUNING_STACK          the stack; without one, only files are checked
#   TCP_TUNING_CHECK          inventories, sysctl.conf files and drop-ins, separated by blanks, or, where there are line
#                             breaks, by those alone; may be patterns. All sysctl.conf files and drop-ins of one run are
#                             one host's set, in this order; each inventory stands by itself
#   TCP_TUNING_POLICY_PACK    another pack, or none; otherwise this package's
#   TCP_TUNING_POLICY_CONFIG  the pack's configuration, a JSON file
#   TCP_TUNING_OBSERVE        true: look at every host, read-only, as with the configuration pulumi-tcp-tuning:observe
#   TCP_TUNING_DRIFT          true: look at every host, and fail if anything would change
#   TCP_TUNING_COMMENT        github or gitlab: comment on the pull request
#   TCP_TUNING_SSH_KEY        a private key without a passphrase that opens the hosts, for an SSH agent of this run
#   TCP_TUNING_REPORTS        a folder for check.sarif, check.xml (JUnit), check.codequality.json and comment.md
#
# Exit code: 0 in order; that of pulumi preview where it failed; else 1 where a file has errors, 2 where one cannot be read.
# Also 2, before the preview, where one of these variables or the key is wrong; 143 where a signal ended it.
set -eu

package=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cli=$package/dist/src/cli/main.js
scratch=$(mktemp -d)
agent='' commenting='' engine=''
trap 'rm -rf "$scratch"; [ -z "$agent" ] || kill "$agent"' EXIT
trap stop HUP INT TERM

# The engine ends its plugins first; what it had seen until then is no comment.
# shellcheck disable=SC2317 # the trap calls it
stop() {
    [ -z "$engine" ] || { kill "$engine" && wait "$engine"; } || :
    [ -z "$commenting" ] || kill "$commenting" || :
    exit 143
}

refuse() {
    echo "preview.sh: $1" >&2
    exit 2
}

demand_switch() {
    case $2 in
    '' | true | false) ;;
    *) refuse "$1 takes true or false. Received: $2" ;;
    esac
}

demand_settings() {
    demand_switch TCP_TUNING_OBSERVE "${TCP_TUNING_OBSERVE:-}"
    demand_switch TCP_TUNING_DRIFT "${TCP_TUNING_DRIFT:-}"
    case ${TCP_TUNING_COMMENT:-} in
    '' | github | gitlab) ;;
    *) refuse "TCP_TUNING_COMMENT takes github or gitlab. Received: $TCP_TUNING_COMMENT" ;;
    esac
    [ -z "${TCP_TUNING_STACK:-}" ] || return 0
    [ "${TCP_TUNING_DRIFT:-}" != true ] || refuse "TCP_TUNING_DRIFT looks at the hosts of a stack: set TCP_TUNING_STACK."
    [ "$1" -gt 0 ] || refuse "nothing to do: set TCP_TUNING_STACK to preview a stack, TCP_TUNING_CHECK to check files."
}

# The key goes from the environment to an agent, and neither to a file nor to a command line. Nobody is asked for a passphrase.
open_hosts() {
    [ -n "${TCP_TUNING_SSH_KEY:-}" ] || return 0
    command -v ssh-agent >/dev/null || refuse "TCP_TUNING_SSH_KEY needs OpenSSH's ssh-agent and ssh-add, which are not here."
    eval "$(ssh-agent -s)" >/dev/null
    agent=$SSH_AGENT_PID
    printf '%s\n' "$TCP_TUNING_SSH_KEY" | tr -d '\r' |
        SSH_ASKPASS=/bin/false SSH_ASKPASS_REQUIRE=force DISPLAY=none ssh-add -q - ||
        refuse "TCP_TUNING_SSH_KEY must be a private key without a passphrase, from its BEGIN line to its END line."
    unset TCP_TUNING_SSH_KEY
}

# First for people, then in the formats of forges. A file that cannot be read leaves the reports of the others.
check() {
    format=text found=0
    [ "${GITHUB_ACTIONS:-}" != true ] || format=github
    node "$cli" check --format "$format" -- "$@" || found=$?
    report sarif check.sarif "$@"
    report junit check.xml "$@"
    report gitlab check.codequality.json "$@"
    [ ! -e "$reports/check.sarif" ] || [ -z "${GITHUB_OUTPUT:-}" ] || echo "sarif=$reports/check.sarif" >>"$GITHUB_OUTPUT"
    return "$found"
}

# A forge takes an empty report for a broken one.
report() {
    format=$1 report=$reports/$2
    shift 2
    node "$cli" check --format "$format" -- "$@" >"$report" 2>/dev/null || [ -s "$report" ] || rm -f "$report"
}

# The events hold secrets in plain text: they go through a pipe, and stay nowhere. Both ends run in the background, since a
# shell answers a signal in wait, but not while a command runs. The pipe is open here as well, so that it outlasts the engine.
preview() {
    set -- --stack "$TCP_TUNING_STACK" --non-interactive
    case ${TCP_TUNING_POLICY_PACK:=$package/policy} in
    none) ;;
    *)
        set -- "$@" --policy-pack "$TCP_TUNING_POLICY_PACK"
        [ -z "${TCP_TUNING_POLICY_CONFIG:-}" ] || set -- "$@" --policy-pack-config "$TCP_TUNING_POLICY_CONFIG"
        ;;
    esac
    case ${TCP_TUNING_OBSERVE:-}${TCP_TUNING_DRIFT:-} in
    *true*) set -- "$@" --config pulumi-tcp-tuning:observe=true ;;
    esac
    [ "${TCP_TUNING_DRIFT:-}" != true ] || set -- "$@" --expect-no-changes
    mkfifo "$scratch/events"
    node "$cli" comment --stack "$TCP_TUNING_STACK" ${TCP_TUNING_COMMENT:+--post "$TCP_TUNING_COMMENT"} \
        <"$scratch/events" >"$reports/comment.md" &
    commenting=$!
    exec 3>"$scratch/events"
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json "$@" >&3 3>&- &
    engine=$!
    status=0
    wait "$engine" || status=$?
    engine=''
    exec 3>&-
    wait "$commenting" || echo "The comment could not be made: see above." >&2
    commenting=''
    cat "$reports/comment.md"
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$reports/comment.md" >>"$GITHUB_STEP_SUMMARY"
    return "$status"
}

newline='
'
blanks=$IFS
case ${TCP_TUNING_CHECK:-} in
*"$newline"*) IFS=$newline ;;
esac
# shellcheck disable=SC2086 # these separate files, and patterns name them
set -- ${TCP_TUNING_CHECK:-}
IFS=$blanks
demand_settings "$#"
reports=${TCP_TUNING_REPORTS:-$scratch}
mkdir -p "$reports"

checked=0 previewed=0
[ "$#" = 0 ] || check "$@" || checked=$?
if [ -n "${TCP_TUNING_STACK:-}" ]; then
    open_hosts
    preview || previewed=$?
fi
[ "$previewed" = 0 ] || exit "$previewed"
exit "$checked"
