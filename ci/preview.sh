#!/bin/sh
# Checks files, previews a stack with the policy pack, and tells in the pull request what would happen to the kernels.
# The same steps for every forge, in the folder of Pulumi.yaml. What to do is in the environment:
#
#   TCP_TUNING_STACK          the stack; without one, only files are checked
#   TCP_TUNING_CHECK          inventories, sysctl.conf files and drop-ins, separated by blanks; may be patterns
#   TCP_TUNING_POLICY_PACK    another pack, or none; otherwise this package's
#   TCP_TUNING_POLICY_CONFIG  the pack's configuration, a JSON file
#   TCP_TUNING_OBSERVE        true: look at every host, read-only, as with the configuration pulumi-tcp-tuning:observe
#   TCP_TUNING_DRIFT          true: look at every host, and fail if anything would change
#   TCP_TUNING_COMMENT        github or gitlab: comment on the pull request
#   TCP_TUNING_SSH_KEY        a private key that opens the hosts, for an SSH agent of this run
#   TCP_TUNING_REPORTS        a folder for check.sarif, check.xml (JUnit), check.codequality.json and comment.md
#
# Exit code: 0 in order; that of pulumi preview where it failed; else 1 where a file has errors, 2 where one cannot be read.
set -eu

package=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
scratch=$(mktemp -d)
agent=
trap 'rm -rf "$scratch"; [ -z "$agent" ] || kill "$agent"' EXIT
trap 'exit 143' HUP INT TERM
reports=${TCP_TUNING_REPORTS:-$scratch}
mkdir -p "$reports"

tcp_tuning() {
    node "$package/dist/src/cli/main.js" "$@"
}

# The key goes from the environment to an agent, and neither to a file nor to a command line.
open_hosts() {
    [ -n "${TCP_TUNING_SSH_KEY:-}" ] || return 0
    eval "$(ssh-agent -s)" >/dev/null
    agent=$SSH_AGENT_PID
    printf '%s\n' "$TCP_TUNING_SSH_KEY" | tr -d '\r' | ssh-add -q -
    unset TCP_TUNING_SSH_KEY
}

# First for people, then in the formats of forges.
check() {
    format=text found=0
    [ "${GITHUB_ACTIONS:-}" != true ] || format=github
    tcp_tuning check --format "$format" "$@" || found=$?
    [ "$found" -le 1 ] || return "$found"
    tcp_tuning check --format sarif "$@" >"$reports/check.sarif" || :
    tcp_tuning check --format junit "$@" >"$reports/check.xml" || :
    tcp_tuning check --format gitlab "$@" >"$reports/check.codequality.json" || :
    return "$found"
}

# The events hold secrets in plain text: they go through a pipe, and stay nowhere.
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
    echo 255 >"$scratch/status"
    {
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json "$@" && echo 0 >"$scratch/status" ||
            echo $? >"$scratch/status"
    } | comment || echo "The comment could not be made: see above." >&2
    return "$(cat "$scratch/status")"
}

comment() {
    status=0
    tcp_tuning comment --stack "$TCP_TUNING_STACK" ${TCP_TUNING_COMMENT:+--post "$TCP_TUNING_COMMENT"} \
        >"$reports/comment.md" || status=$?
    cat "$reports/comment.md"
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$reports/comment.md" >>"$GITHUB_STEP_SUMMARY"
    return "$status"
}

checked=0 previewed=0
if [ -n "${TCP_TUNING_CHECK:-}" ]; then
    # shellcheck disable=SC2086 # blanks separate files, and patterns name them
    check $TCP_TUNING_CHECK || checked=$?
fi
if [ -n "${TCP_TUNING_STACK:-}" ]; then
    open_hosts
    preview || previewed=$?
fi
[ "$previewed" = 0 ] || exit "$previewed"
exit "$checked"
