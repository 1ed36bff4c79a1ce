#!/usr/bin/env bash
# Builds everything and runs every test. The last line is "N passed, N failed"; the exit code is 0 only when all passed.
# Further arguments go to dotnet test, such as: scripts/test.sh --filter FullyQualifiedName~Serial
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian keeps mosquitto where only root's search path looks.
export PATH="$PATH:/usr/sbin:/sbin"
# A test whose broker or terminal is missing fails; it never passes over it.
export P1BRIDGE_REQUIRE_PARTS=1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

results="$PWD/artifacts/test-results"

stop() {
  printf '%s\n' "$1" "0 passed, 1 failed"
  exit 1
}

# Adds up passed, failed and skipped of all result files. A skipped test counts in the total but is not executed.
sum_counters() {
  find "$results" -name '*.trx' -exec grep -h '<Counters ' {} + | awk '
    function count(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    { passed += count("passed"); skipped += count("total") - count("executed")
      failed += count("failed") + count("error") + count("timeout") + count("aborted") }
    END { print passed + 0, failed + 0, skipped + 0 }'
}

list_failures() {
  find "$results" -name '*.trx' -exec grep -h '<UnitTestResult .*outcome="Failed"' {} + \
    | sed -E 's/.* testName="([^"]*)".*/  \1/; s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | sort
}

scripts/setup.sh || stop "The machine lacks what the tests need."

dotnet build P1Bridge.sln -c Release -warnaserror --nologo -v quiet || stop "The build failed."

rm -rf "$results"
mkdir -p "$results"
outcome=0
# One project after another: the tests of two would take each other's processor time.
dotnet test P1Bridge.sln -c Release --no-build --nologo -m:1 --logger trx --results-directory "$results" "$@" || outcome=$?

counters="$(sum_counters)" || counters="0 0 0"
read -r passed failed skipped <<<"$counters"
if [[ $((passed + failed)) -eq 0 ]]; then
  [[ $outcome -eq 0 ]] || stop "The test run ended before its time, see above."
  stop "No test ran."
fi
if [[ $failed -gt 0 ]]; then
  echo "Failed:"
  list_failures
elif [[ $outcome -ne 0 ]]; then
  echo "A test run ended before its time, see above."
  failed=1
fi

summary="$passed passed, $failed failed"
if [[ $skipped -gt 0 ]]; then summary+=", $skipped skipped"; fi
echo "$summary"
[[ $failed -eq 0 ]]
