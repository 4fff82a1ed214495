# shellcheck shell=bash
# What the tests need beside the JDK: looked for, and on Debian or Ubuntu as root installed, saying so.

# command  Debian package  what cannot be tested without it
readonly needs_table='
curl        curl        anything that asks a running mesh
flock       util-linux  anything that starts a mesh
ps          procps      that nothing is left running
shellcheck  shellcheck  the shell scripts (lint)
git         git         the guards and the fresh clone
openssl     openssl     TLS on the way to the aggregator
unshare     util-linux  everything in a network namespace
ip          iproute2    everything in a network namespace
nft         nftables    dropped packets and refusals
fping       fping       our engine against fping
ping        iputils-ping  the faults of the lab, our delays against those of ping
traceroute  traceroute  the faults of the lab, our trace against it
mtr         mtr-tiny    our trace against mtr
tcpdump     tcpdump     our delays against a capture
chromium    chromium    the dashboard in a browser
mvn         maven       the build, which fetches its own Maven with it
'

# Lines of the table whose command is not there.
needs_missing() {
  local command package why
  while read -r command package why; do
    if [[ -n $command ]] && ! command -v "$command" >/dev/null 2>&1; then printf '%s %s %s\n' "$command" "$package" "$why"; fi
  done <<<"$needs_table"
}

needs_settle() {
  local missing
  PATH=$PATH:/usr/sbin:/sbin # ip and nft live there, and not every user's PATH says so
  missing=$(needs_missing)
  if [[ -n $missing ]]; then needs_install "$missing"; fi
  missing=$(needs_missing)
  if [[ -n $missing ]]; then needs_report "$missing"; fi
  require_jdk25 >/dev/null
  require_node
}

needs_install() {
  local packages command package why
  if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null 2>&1; then return 0; fi
  packages=$(awk '{ print $2 }' <<<"$1" | sort -u | paste -sd ' ')
  say "installing with apt-get what the tests need and this machine lacks:"
  while read -r command package why; do say "  $package ($command): $why"; done <<<"$1"
  # Package lists may be missing or old, as in a fresh container.
  # shellcheck disable=SC2086 # a list of package names
  if ! (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages) \
    >"$scratch/apt.log" 2>&1 </dev/null; then
    tail -n 15 "$scratch/apt.log" | sed 's/^/  | /' >&2
    warn "apt-get did not succeed"
  fi
}

needs_report() {
  local command package why
  while read -r command package why; do
    warn "$command is missing (Debian package $package); not tested without it: $why"
  done <<<"$1"
  if [[ ${CI-} == true ]]; then fail "$exit_failed" "CI=true: everything must be tested, so nothing was."; fi
  say "Install them with: sudo apt-get install $(awk '{ print $2 }' <<<"$1" | sort -u | paste -sd ' ')"
}
