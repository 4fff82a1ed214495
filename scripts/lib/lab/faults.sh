# shellcheck shell=bash disable=SC2154 # at_…: the settings, see fault_with
# The faults. A fault NAME is a line in fault_about, a function fault_on_NAME that orders it and a fault_off_NAME that
# takes it back. Both read at_site, at_letter, at_index (where), at_percent and at_ms (how much). Most faults are a table
# of packet filter rules, named after them, in one router: so faults add up, and each is taken back by itself.

readonly -a fault_names=(loss asymmetric-loss down delay mtu-black-hole frag-needed admin-prohibited host-unreachable
  net-unreachable ttl-loop refused reset icmp-rate-limited dead-ecmp-member dscp-remark)
declare -rA fault_about=(
  [loss]="packets on the site's WAN link are lost by chance, both ways (--percent, 20)"
  [asymmetric-loss]="the same towards the site only; what it sends arrives"
  [down]="the site is cut off: nothing passes, and nobody says so"
  [delay]="the site's WAN link takes longer, each way (--ms, 40)"
  [mtu-black-hole]="packets over 1300 bytes do not fit the WAN link, and the routers' word of it is filtered"
  [frag-needed]="packets over 1300 bytes do not fit the WAN link, and the routers say so"
  [admin-prohibited]="a firewall before the site refuses and says so (ICMP 3/13, ICMPv6 1/1)"
  [host-unreachable]="the router before the site does not find it (ICMP 3/1, ICMPv6 1/3)"
  [net-unreachable]="the router before the site has no route to it (ICMP 3/0, ICMPv6 1/0)"
  [ttl-loop]="two routers send the site's packets to each other until their hop limit is used up"
  [refused]="a firewall before the site resets TCP connections that are being made"
  [reset]="TCP connections to the site are made, and reset as soon as data are sent"
  [icmp-rate-limited]="all routers limit their ICMP errors: six at once, then one in two seconds for each destination"
  [dead-ecmp-member]="one of the two parallel cores drops what it should hand on to the site; for itself it answers"
  [dscp-remark]="the router before the site sets the DSCP of all packets to 0, both ways"
)

readonly lowered_mtu=1300

# fault_rules NODE HOOK RULE...: a table that is named after the fault.
fault_rules() {
  local table=lab-${FUNCNAME[1]#fault_on_}
  {
    printf 'table inet %s {\n  chain rules {\n    type filter hook %s priority 0; policy accept;\n' "$table" "$2"
    printf '    %s\n' "${@:3}"
    printf '  }\n}\n'
  } | ip netns exec "$(namespace_of "$1")" nft -f -
}

# fault_no_rules NODE...: added first, since deleting what is not there would fail.
fault_no_rules() {
  local node table=lab-${FUNCNAME[1]#fault_off_}
  for node; do
    printf 'table inet %s {\n}\ndelete table inet %s\n' "$table" "$table" | ip netns exec "$(namespace_of "$node")" nft -f -
  done
}

fault_on_loss() {
  local chance="numgen random mod 100 < $at_percent"
  fault_rules "edge-$at_letter" forward "oifname \"wan\" $chance counter drop" "iifname \"wan\" $chance counter drop"
}
fault_off_loss() { fault_no_rules "edge-$at_letter"; }

fault_on_asymmetric_loss() {
  fault_rules "edge-$at_letter" forward "oifname \"wan\" numgen random mod 100 < $at_percent counter drop"
}
fault_off_asymmetric_loss() { fault_no_rules "edge-$at_letter"; }

fault_on_down() { fault_rules "edge-$at_letter" forward 'oifname "wan" counter drop' 'iifname "wan" counter drop'; }
fault_off_down() { fault_no_rules "edge-$at_letter"; }

fault_on_delay() { wan_delay "$at_ms"; }
fault_off_delay() { wan_delay 0; }

# wan_delay MORE: the site's link gets its own delay and MORE ms; returns when WanLink has it. Jitter stays.
wan_delay() {
  local until delay
  local -a delays
  read -ra delays <<<"${lab[delays]}"
  delay=$(((${delays[$((at_index - 1))]} + $1) * 1000))
  awk -v link="wan-$at_letter" -v delay="$delay" '$1 == link { $6 = delay } { print }' "$data/links" >"$data/links.new"
  mv -f -- "$data/links.new" "$data/links"
  is_running wan || return 0 # `up` starts it again, with this delay
  until=$(($(tenths_now) + 50))
  until awk -v link="wan-$at_letter" -v delay="$delay" '$1 == link && $5 == delay { n++ } END { exit n != 2 }' "$data/counters"; do
    if (($(tenths_now) > until)); then
      fail "$exit_failed" "the link to $at_site does not take its new delay." "See: $data/logs/wan.log"
    fi
    sleep 0.05
  done
}

wan_set_mtu() {
  local node
  for node in "acc-$at_letter" "edge-$at_letter"; do ip -n "$(namespace_of "$node")" link set wan mtu "$1"; done
}

# wan_restore_mtu OTHER: unless the fault OTHER is in force at the same site, which lowers it too.
wan_restore_mtu() {
  if [[ -e $data/faults/$1 ]] && grep -qxF -- "site=$at_site" "$data/faults/$1"; then return 0; fi
  wan_set_mtu "$wan_mtu"
}

# A sender remembers a path's MTU for ten minutes.
forget_path_mtu() {
  local site
  for site in $(site_names); do
    ip -n "$(namespace_of "$site")" route flush cache
    ip -n "$(namespace_of "$site")" -6 route flush cache
  done
}

fault_on_frag_needed() { wan_set_mtu "$lowered_mtu"; }
fault_off_frag_needed() {
  wan_restore_mtu mtu-black-hole
  forget_path_mtu
}

fault_on_mtu_black_hole() {
  local node
  wan_set_mtu "$lowered_mtu"
  for node in "acc-$at_letter" "edge-$at_letter"; do
    fault_rules "$node" output 'icmp type destination-unreachable icmp code frag-needed counter drop' \
      'icmpv6 type packet-too-big counter drop'
  done
}
fault_off_mtu_black_hole() {
  fault_no_rules "acc-$at_letter" "edge-$at_letter"
  wan_restore_mtu frag-needed
  forget_path_mtu
}

# icmpx is the same reason in both families.
fault_on_admin_prohibited() {
  fault_rules "edge-$at_letter" forward 'oifname "wan" counter reject with icmpx type admin-prohibited'
}
fault_off_admin_prohibited() { fault_no_rules "edge-$at_letter"; }

fault_on_host_unreachable() {
  fault_rules "edge-$at_letter" forward 'oifname "wan" counter reject with icmpx type host-unreachable'
}
fault_off_host_unreachable() { fault_no_rules "edge-$at_letter"; }

fault_on_net_unreachable() {
  fault_rules "edge-$at_letter" forward 'oifname "wan" counter reject with icmpx type no-route'
}
fault_off_net_unreachable() { fault_no_rules "edge-$at_letter"; }

# The edge hands the site's packets back to a core, which knows no better than to hand them to the edge.
fault_on_ttl_loop() {
  local v6
  v6=$(printf '2001:db8:%x' "$at_index")
  printf 'route replace %s via %s\n' "10.$at_index.0.0/24" "10.$at_index.11.2" "$v6::/64" "$v6:11::2" |
    ip -n "$(namespace_of "edge-$at_letter")" -batch -
}
fault_off_ttl_loop() {
  node_batch=()
  network_site_route replace "$at_index"
  ip -n "$(namespace_of "edge-$at_letter")" -batch - <<<"${node_batch[edge-$at_letter]}"
}

fault_on_refused() {
  fault_rules "edge-$at_letter" forward 'oifname "wan" tcp flags & (syn | ack) == syn counter reject with tcp reset'
}
fault_off_refused() { fault_no_rules "edge-$at_letter"; }

fault_on_reset() {
  fault_rules "edge-$at_letter" forward 'oifname "wan" tcp flags & psh == psh counter reject with tcp reset'
}
fault_off_reset() { fault_no_rules "edge-$at_letter"; }

router_names() { node_names | grep -E '^(acc|edge|core)-'; }

# Twice the kernel's default, which is a second for each error. ICMPv6 divides the limit by 4 where the way back is a route
# of 33 to 64 bits. While there was no limit the kernel saved no credit, so after errors were asked for in vain it may be
# seconds before the first.
fault_on_icmp_rate_limited() {
  local node
  for node in $(router_names); do node_sysctl "$node" net/ipv4/icmp_ratelimit=2000 net/ipv6/icmp/ratelimit=8000; done
}
fault_off_icmp_rate_limited() {
  local node limit=0
  if [[ ${lab[limits]} == default ]]; then limit=1000; fi
  for node in $(router_names); do node_sysctl "$node" "net/ipv4/icmp_ratelimit=$limit" "net/ipv6/icmp/ratelimit=$limit"; done
}

# One way only. Kernels choose a way for an ICMP error by its addresses alone: did the core drop the way back, too, it
# would be chance whether the errors of the flows that live come home.
fault_on_dead_ecmp_member() { fault_rules core-2 forward "oifname \"edge-$at_letter\" counter drop"; }
fault_off_dead_ecmp_member() { fault_no_rules core-2; }

fault_on_dscp_remark() {
  fault_rules "edge-$at_letter" forward {oifname,iifname}' "wan" '{ip,ip6}' dscp set cs0 counter'
}
fault_off_dscp_remark() { fault_no_rules "edge-$at_letter"; }
