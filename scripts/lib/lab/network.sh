# shellcheck shell=bash
# The lab's network:
#
#   site-a ── acc-a ~~WAN~~ edge-a ─┬─ core-1 ─┬─ edge-b ~~WAN~~ acc-b ── site-b
#                                   └─ core-2 ─┘
#
# Each edge shares its flows between the two cores (ECMP, hash over addresses and ports). The WAN is a TUN device at both
# ends, with WanLink between them. Site number I has 10.I.0.0/16 and 2001:db8:I::/48:
#
#   10.I.0.0/24   2001:db8:I::/64      the site's own: .10 the site, .1 acc
#   10.I.1.0/30   2001:db8:I:1::/64    WAN: .1 acc, .2 edge
#   10.I.1K.0/30  2001:db8:I:1K::/64   edge .1 to core-K .2
#
# A second device of each site, mgmt0, leads to the host and to nothing else that is probed: the way to an aggregator.

readonly wan_mtu=1500
readonly -a usual_delays_ms=(3 12 25 7 40 18 60 90 5 33 125 15 50)

# Commands for `ip -batch` in one node, collected and then run in one go.
declare -A node_batch=()
node_ip() { node_batch[$1]+=$2$'\n'; }

network_make() {
  local node i k
  node_batch=()
  for node in $(node_names); do
    ip netns add "$(namespace_of "$node")"
    node_settle "$node"
  done
  for ((i = 1; i <= lab[sites]; i++)); do network_site "$i"; done
  for k in 1 2; do
    for ((i = 1; i <= lab[sites]; i++)); do network_core "$i" "$k"; done
  done
  network_routes
  network_management
  for node in "${!node_batch[@]}"; do
    ip -n "$(namespace_of "$node")" -batch - <<<"${node_batch[$node]}" ||
      fail "$exit_failed" "could not set up the network of $node."
  done
}

# Before its devices are made: they take these settings over. A setting that this kernel does not have, or has for the
# whole machine only, is left out.
node_settle() {
  local node=$1
  local -a settings=(
    # Datagram ICMP sockets for everybody; no second of duplicate address detection; Paris-stable ECMP in both families.
    'net/ipv4/ping_group_range=0 2147483647'
    net/ipv6/conf/{all,default}/{accept_dad,dad_transmits,accept_ra,router_solicitations}'=0'
    net/ipv4/conf/{all,default}/{rp_filter,send_redirects,accept_redirects}'=0'
    net/ipv{4,6}/fib_multipath_hash_policy=1)
  if [[ $node != site-* && $node != mgmt ]]; then settings+=(net/ipv4/ip_forward=1 net/ipv6/conf/all/forwarding=1); fi
  if [[ ${lab[limits]} != default ]]; then
    settings+=(net/ipv4/icmp_ratelimit=0 net/ipv6/icmp/ratelimit=0 net/ipv4/icmp_msgs_per_sec=1000000 net/ipv4/icmp_msgs_burst=100000)
  fi
  node_ip "$node" 'link set lo up'
  node_sysctl "$node" "${settings[@]}"
}

# node_sysctl NODE PATH=VALUE...
node_sysctl() {
  # shellcheck disable=SC2016 # for the inner shell
  ip netns exec "$(namespace_of "$1")" bash -c 'cd /proc/sys && for setting; do
    if [[ -w ${setting%%=*} ]]; then echo "${setting#*=}" >"${setting%%=*}"; fi
  done' bash "${@:2}"
}

# wire NODE DEVICE NODE DEVICE: an Ethernet wire between two nodes.
wire() {
  ip link add "$2" netns "$(namespace_of "$1")" type veth peer name "$4" netns "$(namespace_of "$3")"
}

# node_address NODE DEVICE IPV4/LENGTH IPV6/LENGTH
node_address() {
  node_ip "$1" "addr add $3 dev $2"
  node_ip "$1" "addr add $4 dev $2 nodad"
  node_ip "$1" "link set $2 up"
}

# Site, access router and edge of one site.
network_site() {
  local i=$1 site letter end v6
  site=$(site_name "$i")
  letter=${site#site-}
  v6=$(printf '2001:db8:%x' "$i")
  wire "$site" lan0 "acc-$letter" lan
  node_address "$site" lan0 "10.$i.0.10/24" "$v6::10/64"
  node_address "acc-$letter" lan "10.$i.0.1/24" "$v6::1/64"
  for end in acc edge; do ip -n "$(namespace_of "$end-$letter")" tuntap add dev wan mode tun; done
  node_address "acc-$letter" wan "10.$i.1.1/30" "$v6:1::1/64"
  node_address "edge-$letter" wan "10.$i.1.2/30" "$v6:1::2/64"
}

network_core() {
  local i=$1 k=$2 letter v6
  letter=$(site_name "$i")
  letter=${letter#site-}
  v6=$(printf '2001:db8:%x:1%d' "$i" "$k")
  wire "edge-$letter" "core$k" "core-$k" "edge-$letter"
  node_address "edge-$letter" "core$k" "10.$i.1$k.1/30" "$v6::1/64"
  node_address "core-$k" "edge-$letter" "10.$i.1$k.2/30" "$v6::2/64"
}

network_routes() {
  local i k site letter v6
  for ((i = 1; i <= lab[sites]; i++)); do
    site=$(site_name "$i")
    letter=${site#site-}
    v6=$(printf '2001:db8:%x' "$i")
    node_ip "$site" "route add default via 10.$i.0.1"
    node_ip "$site" "route add default via $v6::1"
    node_ip "acc-$letter" "route add default via 10.$i.1.2"
    node_ip "acc-$letter" "route add default via $v6:1::2"
    node_ip "edge-$letter" "route add default nexthop via 10.$i.11.2 nexthop via 10.$i.12.2"
    node_ip "edge-$letter" "route add default nexthop via $v6:11::2 nexthop via $v6:12::2"
    network_site_route add "$i"
    for k in 1 2; do
      node_ip "core-$k" "route add 10.$i.0.0/16 via 10.$i.1$k.1"
      node_ip "core-$k" "route add $v6::/48 via $v6:1$k::1"
    done
  done
}

# network_site_route add|replace I: from the edge to the site itself.
network_site_route() {
  local letter v6
  letter=$(site_name "$2")
  letter=${letter#site-}
  v6=$(printf '2001:db8:%x' "$2")
  node_ip "edge-$letter" "route $1 10.$2.0.0/24 via 10.$2.1.1"
  node_ip "edge-$letter" "route $1 $v6::/64 via $v6:1::1"
}

# The host's device gets no IPv6, so that it sends nothing by itself.
network_management() {
  local i site device
  device=$(host_device)
  node_ip mgmt 'link add br0 type bridge'
  node_ip mgmt 'link set br0 up'
  ip link add "$device" type veth peer name host netns "$(namespace_of mgmt)"
  ip link set "$device" addrgenmode none
  ip addr add "$(host_management)/24" dev "$device"
  ip link set "$device" up
  node_ip mgmt 'link set host master br0 up'
  for ((i = 1; i <= lab[sites]; i++)); do
    site=$(site_name "$i")
    wire "$site" mgmt0 mgmt "$site"
    node_ip "$site" "link set mgmt0 addrgenmode none"
    node_ip "$site" "addr add $(site_management "$i")/24 dev mgmt0"
    node_ip "$site" 'link set mgmt0 up'
    node_ip mgmt "link set $site master br0 up"
  done
}

# A /24 of 100.64.0.0/10 (between carrier and customer, so hardly anybody's own) that no address or route of the host
# overlaps. Where to begin follows from the prefix: labs of two clones seldom want the same.
network_choose_management() {
  local start=$((16#${lab[prefix]#sl} % 16384)) try n net
  for ((try = 0; try < 64; try++)); do
    n=$(((start + try * 257) % 16384))
    net=100.$((64 + n / 256)).$((n % 256))
    if [[ -z $(ip -4 route show table all root "$net.0/24") ]] &&
      ! ip -4 route show table all match "$net.0/24" | grep -v '^default' >/dev/null; then
      lab[management]=$net
      return
    fi
  done
  fail "$exit_failed" "no free /24 in 100.64.0.0/10 for the way between host and lab: 64 tried."
}

# The links as WanLink reads them; delays in whole milliseconds, one way, jitter a twentieth of it.
network_links() {
  local i letter delay
  local -a delays
  read -ra delays <<<"${lab[delays]}"
  for ((i = 1; i <= lab[sites]; i++)); do
    letter=$(site_name "$i")
    letter=${letter#site-}
    delay=${delays[$((i - 1))]}
    printf 'wan-%s %s wan %s wan %d %d\n' "$letter" "$(namespace_of "acc-$letter")" "$(namespace_of "edge-$letter")" \
      "$((delay * 1000))" "$((delay * 50))"
  done >"$data/links.new"
  mv -f -- "$data/links.new" "$data/links"
}

# Gone, whoever made it half: processes inside first, for a namespace lives as long as somebody is in it.
network_remove() {
  local namespace device
  network_end_processes
  device=$(host_device)
  if [[ -e /sys/class/net/$device ]]; then ip link del "$device" 2>/dev/null || true; fi
  for namespace in $(namespaces_present); do ip netns del "$namespace" || true; done
}

network_end_processes() {
  local namespace pid tries
  local -a pids
  for ((tries = 0; tries < 50; tries++)); do
    pids=()
    for namespace in $(namespaces_present); do
      for pid in $(ip netns pids "$namespace" 2>/dev/null); do pids+=("$pid"); done
    done
    ((${#pids[@]} > 0)) || return 0
    if ((tries == 0)); then
      say "ending ${#pids[@]} process(es) that still run in the lab"
      kill -TERM "${pids[@]}" 2>/dev/null || true
    elif ((tries == 30)); then
      kill -KILL "${pids[@]}" 2>/dev/null || true
    fi
    sleep 0.1
  done
}
