#!/usr/bin/env bash
# Publishes the program for Windows, runs it under wine with a virtual serial port as COM9 and compares what it does with the Linux
# build: decoded telegrams, topics on a real broker, diagnosis, unplugging, Ctrl-C. Not part of the tests: wine needs 0.7 GB.
# The last line is "N passed, N failed"; the exit code is 0 only when all passed.
#
# What wine cannot show: a port that another program holds (it shares them), and the one-file form of the program (it cannot load it).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian keeps mosquitto where only root's search path looks.
export PATH="$PATH:/usr/sbin:/sbin"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

scripts/setup.sh --wine

work="$(mktemp -d)"
# A Windows of its own, without window, browser, menus and messages.
export WINEPREFIX="$work/prefix" WINEDEBUG=-all WINEDLLOVERRIDES="mshtml=;winemenubuilder.exe=" DISPLAY=
windows=(wine "$work/windows/p1bridge.exe")
linux=(dotnet "$PWD/src/P1Bridge/bin/Release/net10.0/p1bridge.dll")
telegrams="$PWD/tests/telegrams"
passed=0 failed=0
broker='' feeder='' line='' program='' port=''

stop() {
  [[ -n "$1" ]] || return 0
  kill -"${2-TERM}" "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

clean_up() {
  stop "$program" KILL
  stop "$feeder"
  stop "$line"
  stop "$broker"
  wineserver -k 2>/dev/null || true
  wineserver -w 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

say() { printf '%s\n' "try-windows: $*" >&2; }

check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1)) && printf 'ok      %s\n' "$name"
  else
    failed=$((failed + 1)) && printf 'FAILED  %s\n' "$name"
  fi
}

# Two empty files are no proof.
same() { [[ -s "$1" ]] && diff -u --label linux "$1" --label windows "$2"; }

lacks() { ! grep -q "$1" "$2"; }

# Waits up to 30 seconds until a command succeeds.
until_true() {
  local deadline=$((SECONDS + 30))
  until "$@"; do
    [[ $SECONDS -lt $deadline ]] || return 1
    sleep 0.2
  done
}

answers() { mosquitto_pub -p "$port" -t try-windows -m x 2>/dev/null; }

start_broker() {
  local attempt
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    mosquitto -p "$port" >"$work/broker.log" 2>&1 &
    broker=$!
    sleep 0.3
    if kill -0 "$broker" 2>/dev/null && until_true answers; then return 0; fi
    say "port $port is taken (attempt $attempt)"
  done
  return 1
}

plug_in() {
  socat "pty,raw,echo=0,link=$work/meter" "pty,raw,echo=0,link=$work/ttyP1,perm=0666" 2>/dev/null &
  line=$!
  until_true test -e "$work/ttyP1"
}

unplug() {
  stop "$line"
  line=''
}

# Sends a file once a second, as a meter does.
feed() {
  stop "$feeder"
  while :; do
    if [[ -e "$work/meter" ]]; then timeout 5 dd if="$1" of="$work/meter" conv=notrunc status=none 2>/dev/null || true; fi
    sleep 1
  done &
  feeder=$!
}

values() { mosquitto_sub -p "$port" -t 'p1bridge/main/#' -v --retained-only -W 1 2>/dev/null | sort || true; }

# All values of a telegram are out when a second passes without a new topic.
values_are_out() {
  values >"$work/before"
  sleep 1
  values >"$work/after"
  [[ $(wc -l <"$work/after") -gt 10 ]] && cmp -s "$work/before" "$work/after"
}

configure() {
  printf '%s\n' 'mqtt:' '  host: 127.0.0.1' "  port: $port" 'meters:' '  - name: main' "    source: $1" "${@:2}" >"$work/p1bridge.yaml"
}

# Runs one build on the line until its values are out and leaves it running.
start() {
  local name=$1
  shift
  "$@" run --config "$work/p1bridge.yaml" >"$work/$name.log" 2>&1 &
  program=$!
  until_true values_are_out || cat "$work/$name.log"
  cp "$work/after" "$work/$name.values"
}

run_linux() {
  local settings=("$@")
  start_broker
  configure "serial:$work/ttyP1" "${settings[@]}"
  STATE_DIRECTORY="$work/state" start linux "${linux[@]}"
  stop "$program"
  stop "$broker"
  program=''
}

run_windows() {
  local settings=("$@")
  start_broker
  configure COM9 "${settings[@]}"
  # A new terminal: wine does not understand the settings that the Linux build leaves behind.
  unplug
  plug_in
  start windows "${windows[@]}"
}

say "building"
dotnet build src/P1Bridge -c Release --nologo -v quiet
# One file that holds compiled code is what wine cannot load; a directory with the same code it can.
dotnet publish src/P1Bridge -c Release -r win-x64 -p:PublishSingleFile=false -o "$work/windows" --nologo -v quiet
say "setting up wine"
wineboot -i >/dev/null 2>&1
wine reg add 'HKLM\Software\Wine\Ports' /v COM9 /d "$work/ttyP1" /f >/dev/null
# The mapping is read at the start. Only COM9 is ever opened: wine maps the machine's own ports by itself.
wineserver -k
wineserver -w

check_decoding() {
  local file
  for file in fluvius-3p-gas-water-peaks dsmr22-nl-gas sweden-se; do
    "${linux[@]}" decode "$telegrams/$file.txt" --format json >"$work/linux.json"
    "${windows[@]}" decode "$telegrams/$file.txt" --format json 2>&1 | tr -d '\r' >"$work/windows.json"
    check "$file is decoded to the same JSON" same "$work/linux.json" "$work/windows.json"
  done
}

check_doctor() {
  "${windows[@]}" doctor --source COM7 >"$work/doctor" 2>&1 || true
  check "a port that does not exist is named with those that do" grep -qz 'COM7 does not[[:space:]]*exist.*COM9' "$work/doctor"
  plug_in
  feed "$telegrams/fluvius-3p.txt"
  "${windows[@]}" doctor --source COM9 >"$work/doctor" 2>&1 || true
  check "doctor opens COM9 and finds its settings" grep -q 'good telegrams\? in .* at 115200 8N1' "$work/doctor"
}

check_running() {
  run_linux
  run_windows
  check "the values on the broker are the same ($(wc -l <"$work/linux.values") topics)" same "$work/linux.values" "$work/windows.values"
  check "the port is not complained of" lacks "warn .*COM9" "$work/windows.log"
  unplug
  check "an unplugged port is noticed" until_true grep -q 'warn .*main: .*COM9' "$work/windows.log"
  feed "$telegrams/fluvius-1p.txt"
  plug_in
  check "it goes on with what comes after plugging in again" until_true value_is energy_import_tariff_1 "$(energy_of fluvius-1p)"
  check_ending
}

energy_of() { sed -nE 's/^1-0:1\.8\.1\(0*([0-9]+\.[0-9]+)\*kWh\).*/\1/p' "$telegrams/$1.txt"; }

value_is() { [[ -n "$2" && "$(mosquitto_sub -p "$port" -t "p1bridge/main/$1" -C 1 -W 2 2>/dev/null)" == "$2" ]]; }

check_ending() {
  local outcome=0
  # Arrives as Ctrl-C.
  kill -INT "$program" 2>/dev/null || true
  wait "$program" || outcome=$?
  program=''
  check "Ctrl-C ends it with code 130" test "$outcome" -eq 130
  check "it says goodbye to the broker" test "$(mosquitto_sub -p "$port" -t p1bridge/bridge/state -C 1 -W 2)" = offline
  check "state is kept in the user's local folder" test -s "$(echo "$WINEPREFIX"/drive_c/users/*/AppData/Local/P1Bridge/main.json)"
  stop "$broker"
}

# A pseudo terminal keeps eight bits, as some adapters do: the parity arrives in bit 7.
with_even_parity() { perl -e 'binmode STDIN; binmode STDOUT; while (read STDIN, $c, 1) { print chr(ord($c) | (unpack("%8b*", $c) & 1) << 7) }'; }

check_seven_bits() {
  local settings=('    baud_rate: 9600' '    format: 7E1')
  with_even_parity <"$telegrams/dsmr22-nl-gas.txt" >"$work/seven"
  feed "$work/seven"
  run_linux "${settings[@]}"
  run_windows "${settings[@]}"
  check "9600 7E1 gives the same values ($(wc -l <"$work/linux.values") topics)" same "$work/linux.values" "$work/windows.values"
}

check "the program starts" test -n "$("${windows[@]}" --version)"
check_decoding
check_doctor
check_running
check_seven_bits
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
