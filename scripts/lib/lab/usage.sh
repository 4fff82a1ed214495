# shellcheck shell=bash
# What each command says about itself.

usage_main() {
  cat <<END
A network of several sites in network namespaces of this host, with long-distance links between them, and faults to
order in it. Needs root, iproute2, nftables, /dev/net/tun and a JDK 25.

  lab up [--sites N]           make it: N sites (3), each with IPv4 and IPv6, two parallel cores between them
  lab status [--json]          sites, addresses, links, faults in force
  lab exec SITE COMMAND...     run a command in a site, e.g. exec site-a ping 10.2.0.10
  lab faults                   the faults there are
  lab fault NAME               order one; fault NAME --clear takes it back, fault --clear all of them
  lab run SCENARIO | all       order the fault, probe as a user without rights, say whether the outcome is the right one
  lab down                     remove all of it

Each command has --help. The lab's folder is .sentinel-lab/ of the clone; --dir DIR or SENTINEL_LAB_DIR names another,
for a second lab.
END
}

usage_up() {
  cat <<END
lab up [--sites N] [--delays MS,...] [--default-limits] [--dir DIR]: makes the lab. A lab that is up stays as it is; one
that has lost parts is made whole.

  --sites N           number of sites: site-a, site-b, … (default 3, from 2 to $sites_most)
  --delays MS,...     one way, from each site to the core (default ${usual_delays_ms[*]:0:3} …); a short list is repeated.
                      The jitter is a twentieth of it
  --default-limits    routers and sites limit their ICMP errors as Linux does by default, instead of not at all

  site-a ── acc-a ~~WAN~~ edge-a ─┬─ core-1 ─┬─ edge-b ~~WAN~~ acc-b ── site-b
                                  └─ core-2 ─┘
END
}

usage_down() {
  cat <<END
lab down [--dir DIR]: removes the lab, with the processes that run in its namespaces and its folder. Also what a killed
'up' or a deleted folder left.
END
}

usage_status() {
  cat <<END
lab status [--json] [--dir DIR]: sites, addresses, links, faults in force.
Exit code: 0 all of it stands, 1 parts are missing or the links are dead ('up' mends that), 3 no lab is up.
END
}

usage_exec() {
  cat <<END
lab exec NODE [--] COMMAND...: runs it in the namespace of a site (site-a), of one of its routers (acc-a, edge-a), of a core
(core-1, core-2) or of the way to the host (mgmt). The exit code is the command's.
END
}

usage_fault() {
  cat <<END
lab fault NAME [--site SITE] [--percent P] [--ms MS]: orders a fault; ordered again, it moves. Faults add up.
lab fault NAME --clear, lab fault --clear: takes it back, or all of them.
lab faults: lists them.

  --site SITE    where (default site-b)
  --percent P    how many packets a loss takes (default 20)
  --ms MS        how much longer a delay makes the link, each way (default 40)
END
}

usage_run() {
  cat <<END
lab run SCENARIO|all [--family 4|6] [--json] [--dir DIR]: orders the scenario's fault at site-b, probes it from site-a as
a user without rights (uid $run_user, no capabilities), in both families, says which class the outcome has, and takes the
fault back. Uses the lab that is up, or makes one and removes it again.

  $(scenario_names | paste -sd ' ' | fold -s -w 110 | sed '2,$s/^/  /')

The table of scenarios and classes is scripts/lab.d/scenarios. Exit code: 0 every class is the expected one, otherwise 1.
END
}
