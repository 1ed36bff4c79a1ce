#!/usr/bin/env bash
# Does what src/P1Bridge/Dockerfile does where no container engine is: publishes, copies the program into a bare Debian and runs it there
# as the image would: same user, variables, start command and health check, against a real broker outside. Not part of the tests: it needs
# root and fetches 100 MB. The last line is "N passed, N failed"; the exit code is 0 only when all passed.
#
# What it cannot show: the layers of the image, and the supervision that Home Assistant's base image brings along.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export PATH="$PATH:/usr/sbin:/sbin"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dockerfile=src/P1Bridge/Dockerfile
release=trixie

say() { printf '%s\n' "try-image: $*" >&2; }

[[ $EUID -eq 0 ]] || { say "a bare Debian can be made by root only: sudo scripts/try-image.sh"; exit 2; }
scripts/setup.sh --image

work="$(mktemp -d)"
root="$work/root"
passed=0 failed=0
broker='' program='' port='' secure_port=''

stop() {
  [[ -n "$1" ]] || return 0
  kill -"${2-TERM}" "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

clean_up() {
  stop "$program" KILL
  stop "$broker"
  umount "$root/proc" 2>/dev/null || true
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

# Waits up to 30 seconds until a command succeeds.
until_true() {
  local deadline=$((SECONDS + 30))
  until "$@"; do
    [[ $SECONDS -lt $deadline ]] || return 1
    sleep 0.2
  done
}

# What the Dockerfile says behind a word, lines that go on joined: "USER" gives "65532:20".
told() { sed -e ':a' -e '/\\$/N; s/\\\n */ /; ta' "$dockerfile" | sed -n "s/^$1 //p" | tail -n 1; }

# Becomes a command inside, as the image's user and with the variables of the image: signals reach the command itself.
become_inside() {
  local variables
  read -ra variables <<<"$(told ENV)"
  exec chroot --userspec="$(told USER)" "$root" /usr/bin/env -i PATH=/usr/bin:/bin "${variables[@]}" "$@"
}

inside() { (become_inside "$@"); }

retained() { mosquitto_sub -p "$port" -t "$1" -C 1 -W 1 --retained-only 2>/dev/null; }
is_retained() { [[ "$(retained "$1")" == "$2" ]]; }
has_retained() { [[ -n "$(retained "$1")" ]]; }

start_broker() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
    -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
  cp "$work/certificate.pem" "$root/ca.pem"
  local attempt
  for attempt in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000)) secure_port=$((30000 + RANDOM % 10000))
    printf '%s\n' "listener $port 127.0.0.1" "listener $secure_port 127.0.0.1" "certfile $work/certificate.pem" "keyfile $work/key.pem" \
      'allow_anonymous true' 'user root' >"$work/mosquitto.conf"
    mosquitto -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
    broker=$!
    sleep 0.5
    if kill -0 "$broker" 2>/dev/null; then return 0; fi
    say "port $port or $secure_port is taken (attempt $attempt)"
  done
  return 1
}

# The health check as the image has it: a list of words in JSON.
is_healthy() {
  local words
  mapfile -t words < <(told HEALTHCHECK | sed -n 's/.*CMD //p' | sed -e 's/^\["//; s/"\]$//; s/", "/\n/g' -e 's/\\\\/\\/g')
  inside "${words[@]}"
}

say "publishing"
dotnet publish src/P1Bridge -c Release -r linux-x64 -o "$work/out" --nologo -v quiet
say "making a bare Debian ($release)"
# What the image's base has beyond the essentials: certificates, OpenSSL, time zones.
debootstrap --variant=minbase --include=ca-certificates,libssl3t64,tzdata "$release" "$root" >"$work/debootstrap.log" 2>&1 || { tail -n 5 "$work/debootstrap.log" >&2; exit 1; }
mount -t proc proc "$root/proc"
install -m 755 "$work/out/p1bridge" "$root/usr/bin/p1bridge"
# An engine writes it.
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"
chroot "$root" /bin/sh -c "$(told RUN | sed 's/^.*dotnet publish.*$/true/')"

start_broker
check "the program runs in a bare Debian" inside /usr/bin/p1bridge --version
touch "$work/before"
become_inside /usr/bin/p1bridge run --source simulator --broker "127.0.0.1:$port" >"$work/program.log" 2>&1 &
program=$!
check "the bridge is online" until_true is_retained p1bridge/bridge/state online
check "values are there" until_true has_retained p1bridge/meter/power_import
check "devices are announced" until_true has_retained 'homeassistant/device/+/config'
check "the health check passes" until_true is_healthy
check "it writes below its volume only" test -z "$(find "$root" -xdev -newer "$work/before" -type f -not -path "$root/data/*" -not -path "$root/proc/*")"
check "encryption works" inside /usr/bin/p1bridge mqtt pub -h localhost -p "$secure_port" --cafile /ca.pem -t try-image -m x
stop "$program"
program=''
check "it stops in order: of a simulated house nothing stays" until_true eval '! has_retained p1bridge/#'
check "without the program the health check fails" eval '! is_healthy 2>/dev/null'
[[ $failed -eq 0 ]] || cat "$work/program.log" >&2
printf '%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
