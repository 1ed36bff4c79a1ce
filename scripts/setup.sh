#!/usr/bin/env bash
# Installs what a fresh Debian or Ubuntu lacks to build, test and demonstrate P1Bridge. Safe to call again at any time:
# says and does nothing when everything is there.
#
#   scripts/setup.sh          everything the tests need
#   scripts/setup.sh --demo   only what the demo needs
#   scripts/setup.sh --wine   also what scripts/try-windows.sh needs; --image and --systemd: those of try-image.sh and try-systemd.sh
set -euo pipefail

# Debian keeps mosquitto where only root's search path looks.
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "setup: $*" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

service_runs() {
  if [[ -d /run/systemd/system ]]; then
    systemctl is-active --quiet "$1"
  else
    have service && service "$1" status >/dev/null 2>&1
  fi
}

# Some packages start a service, such as a broker on port 1883. Nobody asked for one: tests and demo start their own on private ports.
stop_service() {
  service_runs "$1" || return 0
  if [[ -d /run/systemd/system ]]; then as_root systemctl stop "$1"; else as_root service "$1" stop; fi
  say "stopped the $1 service that its package started (to use it: sudo service $1 start)"
}

install_packages() {
  local packages=("$@")
  if ! have apt-get; then
    say "missing: ${packages[*]} (Debian's names). Install them with this system's package manager, then call this again."
    return 1
  fi
  if [[ $EUID -ne 0 ]] && ! have sudo; then
    say "missing: ${packages[*]}. As root run: apt-get install --no-install-recommends ${packages[*]}"
    return 1
  fi
  say "installing ${packages[*]}"
  apt update || say "some package lists could not be refreshed, going on with those that are here"
  apt install -y --no-install-recommends "${packages[@]}"
}

require_packages() {
  local missing=() pair
  # Each pair is a command and the package that brings it.
  for pair in "$@"; do
    have "${pair%%:*}" || missing+=("${pair##*:}")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  install_packages "${missing[@]}" || return 1
  local service
  for service in mosquitto ser2net nats-server rabbitmq-server; do
    if [[ " ${missing[*]} " == *" $service "* ]]; then stop_service "$service"; fi
  done
}

# A broker and a client that only npm has; kept beside the tests, in the versions of the lock file.
require_npm_packages() {
  local folder
  folder="$(cd "$(dirname "${BASH_SOURCE[0]}")/../tests/brokers" && pwd)"
  [[ -d "$folder/node_modules/aedes" && "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]] && return 0
  if ! have npm; then
    say "missing: npm (with Node.js 16 or newer). Install it, then call this again."
    return 1
  fi
  say "installing the npm packages of tests/brokers"
  npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error >&2
}

require_dotnet() {
  # One line per SDK, such as "10.0.100 [/usr/share/dotnet/sdk]".
  if have dotnet && [[ $'\n'"$(dotnet --list-sdks 2>/dev/null)" == *$'\n10.'* ]]; then return 0; fi
  cat >&2 <<'TEXT'
setup: the .NET SDK 10 is missing. Get it in one of these ways, then call this again:
  Ubuntu:      sudo apt-get install dotnet-sdk-10.0
  Debian:      add Microsoft's package list as told at https://learn.microsoft.com/dotnet/core/install/linux-debian,
               then: sudo apt-get install dotnet-sdk-10.0
  any system:  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
               then: export PATH="$HOME/.dotnet:$PATH"
TEXT
  return 1
}

parts=(mosquitto:mosquitto mosquitto_pub:mosquitto-clients)
case "${1-}" in
  # The unit file is checked by systemd itself, which minimal images lack.
  "")
    parts+=(socat:socat ser2net:ser2net systemd-analyze:systemd)
    # The add-on's start script needs jq and curl, which its image has; its profile is checked by AppArmor itself.
    parts+=(apparmor_parser:apparmor jq:jq curl:curl)
    # The brokers of other makers.
    parts+=(nats-server:nats-server /usr/lib/rabbitmq/bin/rabbitmq-server:rabbitmq-server node:nodejs npm:npm)
    ;;
  --demo) ;;
  # The command alone is not enough: the 64-bit half is a package of its own.
  --wine) parts+=(socat:socat wine:wine /usr/lib/wine/wine64:wine64) ;;
  --image) parts+=(debootstrap:debootstrap openssl:openssl) ;;
  --systemd) parts+=(debootstrap:debootstrap systemd-nspawn:systemd-container socat:socat) ;;
  *)
    say "unknown option $1; usage: scripts/setup.sh [--demo|--wine|--image|--systemd]"
    exit 2
    ;;
esac

result=0
require_packages "${parts[@]}" || result=1
require_dotnet || result=1
if [[ -z "${1-}" ]]; then require_npm_packages || result=1; fi
exit "$result"
