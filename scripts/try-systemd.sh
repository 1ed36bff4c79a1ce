#!/usr/bin/env bash
# Installs the service as the README says ("Start at boot") in a bare Debian that systemd boots, in a container of systemd-nspawn, and looks at
# what only a real systemd shows: that its restrictions let the program work, readiness, watchdog, restarts, and what a cut of the power leaves.
# Not part of the tests: it needs root, takes five minutes and fetches 150 MB. The last line is "N passed, N failed"; the exit code is 0 only when
# all passed. Run it when you change config/p1bridge.service or what the program asks of the system.
#
# What it cannot show: real serial ports; the cable is a pseudo terminal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PATH="$PATH:/usr/sbin:/sbin"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
release=trixie

say() { printf '%s\n' "try-systemd: $*" >&2; }

[[ $EUID -eq 0 ]] || { say "a system can be booted by root only: sudo scripts/try-systemd.sh"; exit 2; }
scripts/setup.sh --systemd

work="$(mktemp -d)"
root="$work/root"
passed=0 failed=0
container='' meter=''

cut_power() {
  [[ -n "$container" ]] || return 0
  kill -KILL "$(init_of_container)" 2>/dev/null || true
  wait "$container" 2>/dev/null || true
  container=''
}

clean_up() {
  cut_power
  if [[ -n "$meter" ]]; then kill "$meter" 2>/dev/null || true; fi
  rm -rf --one-file-system "$work"
}
trap clean_up EXIT

check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1)) && printf 'ok      %s\n' "$name"
  else
    failed=$((failed + 1)) && printf 'FAILED  %s\n' "$name"
  fi
}

# Waits up to so many seconds until a command succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [[ $SECONDS -lt $deadline ]] || return 1
    sleep 0.5
  done
}

init_of_container() { pgrep -P "$container" | head -n 1; }

inside() {
  nsenter -t "$(init_of_container)" -m -u -i -n -p -C env -i HOME=/root PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c "$1"
}

boot() {
  systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --private-network --resolv-conf=off --console=pipe \
    </dev/null >>"$work/console.log" 2>&1 &
  container=$!
  within 60 is_up && inside "nohup socat UNIX-LISTEN:/var/meter,unlink-early,fork PTY,link=/dev/ttyUSB0,raw,echo=0,perm=0660,group=dialout >/dev/null 2>&1 &"
}

is_up() { [[ "$(inside 'systemctl is-system-running' 2>/dev/null)" =~ running|degraded ]]; }

# The meter goes on while the bridge is away, as a meter does.
send_telegrams() {
  while true; do
    "$work/out/p1bridge" replay --loop tests/telegrams/fluvius-3p-gas-water-peaks.txt 2>/dev/null | socat -u - "UNIX-CONNECT:$root/var/meter" 2>/dev/null || true
    sleep 1
  done
}

property() { inside "systemctl show -p $1 --value p1bridge"; }
property_is() { [[ "$(property "$1")" == "$2" ]]; }
process_is_another_than() { local now; now="$(property MainPID)"; [[ "$now" != 0 && "$now" != "$1" ]]; }
retained() { inside "mosquitto_sub -t '$1' -C 1 -W 1 --retained-only" 2>/dev/null; }
is_retained() { [[ "$(retained "$1")" == "$2" ]]; }
works() { property_is ActiveState active && is_retained p1bridge/bridge/state online && is_retained p1bridge/meter/availability online; }
# grep reads all: journalctl would fail when nobody hears its end.
journal_has() { inside 'journalctl -u p1bridge -o cat --no-pager' | grep -F "$1" >/dev/null; }

install_as_the_readme_says() {
  cp "$work/out/p1bridge" config/p1bridge.service "$root/root/"
  printf '%s\n' 'meters:' '  - source: /dev/ttyUSB0' 'mqtt:' '  host: localhost' >"$root/root/p1bridge.yaml"
  inside 'cd && install p1bridge /usr/local/bin/'
  # The block of commands itself, without what root and a container do not need.
  sed -n '/^### Start at boot/,/^### /p' README.md | sed -n '/^```sh/,/^```/p' | sed -e '/^```/d' -e 's/^sudo //' -e '/^systemctl status/d' >"$root/root/steps.sh"
  inside 'cd && bash -e steps.sh'
}

say "publishing"
dotnet publish src/P1Bridge -c Release -r linux-x64 -o "$work/out" --nologo -v quiet
say "making a bare Debian ($release)"
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,mosquitto,mosquitto-clients,ca-certificates,socat,procps "$release" "$root" >"$work/debootstrap.log" 2>&1 \
  || { tail -n 5 "$work/debootstrap.log" >&2; exit 1; }
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
# What a power cut must not take with it is on the disk at once.
printf '%s\n' 'listener 1883 127.0.0.1' 'allow_anonymous true' 'autosave_on_changes true' 'autosave_interval 1' >"$root/etc/mosquitto/conf.d/try.conf"

check "the system boots" boot
send_telegrams &
meter=$!
check "the README's steps install and start the service" install_as_the_readme_says
check "values are there, and systemd calls it active" within 60 works
check "its status is a line" within 10 eval '[[ "$(property StatusText)" == *"broker localhost:1883 connected"* ]]'
check "its user is its own" eval '[[ "$(inside "stat -c %u /proc/$(property MainPID)")" -gt 60000 ]]'

before="$(property MainPID)"
inside "kill -KILL $before"
check "after a crash it is there again" within 60 eval 'process_is_another_than "$before" && works'
before="$(property MainPID)"
inside "kill -STOP $before"
check "when it hangs systemd starts it anew" within 120 process_is_another_than "$before"
check "and it works again" within 60 works

check "it stops at once" within 10 inside 'systemctl stop p1bridge'
check "and says goodbye" is_retained p1bridge/bridge/state offline
inside 'sed -i s/host:/hots:/ /etc/p1bridge/p1bridge.yaml; systemctl start p1bridge' 2>/dev/null || true
check "a wrong configuration stops it, once" eval 'property_is ActiveState failed && property_is NRestarts 0 && property_is ExecMainStatus 2'
check "the journal names file, line and key" within 10 journal_has "p1bridge.yaml:4:3: mqtt.hots"
inside 'sed -i s/hots:/host:/ /etc/p1bridge/p1bridge.yaml; systemctl stop mosquitto; systemctl start p1bridge'
check "it starts without its broker" property_is ActiveState active
inside 'systemctl start mosquitto'
check "and works when that is there" within 60 works

total="$(retained p1bridge/meter/energy_import_tariff_1)"
cut_power
check "after a power cut the system boots" boot
check "and the service is simply there" within 60 works
check "with the same total" is_retained p1bridge/meter/energy_import_tariff_1 "$total"
[[ $failed -eq 0 ]] || inside 'journalctl -u p1bridge --no-pager' | tail -n 60 >&2
printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
