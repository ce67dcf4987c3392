#!/bin/sh
# Terraform's checks of every environment: form, arguments, and the promises of infra/tests; then checkov.
# TERRAFORM=… runs another command. Without Terraform, or where its provider cannot be fetched, it says so and ends well.
set -eu
cd "$(dirname "$0")"
terraform=${TERRAFORM:-terraform}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf 'infra: %s\n' "$*" >&2; }

if ! ../.venv/checkov/bin/checkov --directory . --config-file .checkov.yaml >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
say "checkov: $(grep 'Passed checks' "$log")"

if ! command -v "${terraform%% *}" >/dev/null || ! $terraform version >/dev/null 2>&1; then
    say "not checked: Terraform is not installed"
    exit 0
fi

$terraform fmt -check -diff -recursive .

for environment in environments/*/; do
    if ! $terraform "-chdir=$environment" init -backend=false -input=false >"$log" 2>&1; then
        if grep -q "Failed to query available provider packages\|Could not retrieve the list" "$log"; then
            say "only the form is checked: Terraform's provider cannot be fetched"
            exit 0
        fi
        cat "$log" >&2
        exit 1
    fi
    if ! { $terraform "-chdir=$environment" validate -no-color && $terraform "-chdir=$environment" test -no-color; } \
        >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    say "${environment%/}: $(tail -n 1 "$log")"
done
