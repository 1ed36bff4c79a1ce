#!/usr/bin/env bash
# Runs the whole bridge on a simulated meter and shows it live; arguments go to `p1bridge demo`.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
"$root/scripts/setup.sh" --demo

# On standard error: standard output is the demo's.
echo "demo.sh: building P1Bridge; the first time takes a minute or two ..." >&2

# From the project's folder, because the SDK's version is pinned there.
if ! output=$(cd "$root" && dotnet build src/P1Bridge --configuration Release --verbosity quiet --nologo 2>&1); then
  printf '%s\n' "$output" >&2
  echo "demo.sh: the build failed; see above" >&2
  exit 1
fi

exec dotnet "$root/src/P1Bridge/bin/Release/net10.0/p1bridge.dll" demo "$@"
