# shellcheck shell=bash
# Who listens on a TCP port, read from /proc: needs no tool and no root.

# port_in_use PORT ADDRESS: true if ADDRESS:PORT could not be bound; prints the holder as well as can be told.
port_in_use() {
  local port_hex address_hex inode
  printf -v port_hex '%04X' "$1"
  address_hex=$(ipv4_hex "$2")
  # Columns: 2 local address:port in hexadecimal, 4 state (0A = listening), 10 socket inode. An IPv4 address is the
  # last 8 digits also in tcp6, where dual-stack programs such as Java show up; 00000000 is the wildcard.
  inode=$(awk -v port="$port_hex" -v wanted="$address_hex" '
    $4 == "0A" {
      split($2, local, ":")
      address = substr(local[1], length(local[1]) - 7)
      if (local[2] == port && (wanted == "" || wanted == "00000000" || address == wanted || address == "00000000")) {
        print $10
        exit
      }
    }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || true)
  [[ -n $inode ]] || return 1
  socket_holder "$inode"
}

# 127.0.0.11 → 0B00007F, as /proc/net/tcp writes it on a little-endian machine; nothing if it is not IPv4 dotted.
ipv4_hex() {
  local address=$1
  [[ $address != localhost ]] || address=127.0.0.1
  [[ $address =~ ^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$ ]] || return 0
  printf '%02X%02X%02X%02X' "${BASH_REMATCH[4]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
}

# "java (pid 123)", or "another process" if we may not look.
socket_holder() {
  local link pid
  link=$(find /proc/[0-9]*/fd -maxdepth 1 -lname "socket:\[$1\]" -print -quit 2>/dev/null || true)
  if [[ $link =~ ^/proc/([0-9]+)/ ]]; then
    pid=${BASH_REMATCH[1]}
    printf '%s (pid %s)' "$(cat "/proc/$pid/comm" 2>/dev/null || echo process)" "$pid"
  else
    printf 'another process'
  fi
}

require_free_port() {
  local holder
  if holder=$(port_in_use "$1" "$2"); then
    fail "$exit_failed" "port $1 on $2, $3, is in use by $holder." \
      "Choose another with --port N (N to N+2 are used), or see who it is: ss -ltnp 'sport = :$1'"
  fi
}
