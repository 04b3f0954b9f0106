#!/bin/bash
# Lints all that is written here, and checks its format: one tool for each language, and one for the public documentation.
# `--write` formats.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t scripts < <(find ci scripts src test -name "*.sh" | sort)
scripts+=(.ci/run)
programs=()
for script in "${scripts[@]}"; do
    # The agent's parts are one program, and make sense only together.
    [[ $script == src/agent/* ]] || programs+=("$script")
done

if [[ ${1:-} == --write ]]; then
    npx biome check --write
    shfmt --write "${scripts[@]}"
    exit
fi

npx biome check
shfmt --diff "${scripts[@]}"
shellcheck "${programs[@]}"
for agent in "whole" "first boot"; do
    node -e 'process.stdout.write(require("./dist/scripts/pack-agent").agentSource(process.cwd(), process.argv[1]))' \
        "$agent" | shellcheck -
done
npx typedoc --emit none --logLevel Warn
# It has shellcheck read the workflows' scripts, too.
if command -v go >/dev/null; then
    go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 -no-color .github/workflows/*.yml
else
    echo "The workflows are not linted: actionlint needs Go, which is not here." >&2
fi
