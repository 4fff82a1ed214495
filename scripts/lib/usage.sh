# shellcheck shell=bash
# What each command says about itself.

print_version() {
  local version commit
    version=$(sed -n 's:^  <version>\(.*\)</version>.*:\1:p' "$root/pom.xml" | head -n 1)
  commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null) || true
  printf 'Sentinel Mesh %s%s\n' "$version" "${commit:+ ($commit)}"
}

usage_main() {
  cat <<END
Sentinel Mesh: agents probe one another, and the dashboard says whose fault it is.

  sentinel up [--agents N]     build if needed, start an aggregator and N agents (3) here, show the URL
  sentinel status [--json]     what runs and who is connected
  sentinel logs [NAME] [-f]    what the members say
  sentinel stop NAME           stop one member: site-a, site-b, … or aggregator
  sentinel start NAME          start it again: same identity, same data
  sentinel down [--purge]      stop everything; --purge also removes the data
  sentinel api [METHOD] PATH   one request to the aggregator, e.g. api /api/v1/matrix
  sentinel token create --site X   a token by which an agent joins from another host; token list, token revoke ID
  sentinel agent revoke NAME   shut an agent out
  sentinel key create --name N   a key by which another program sends results; key list, rotate ID, revoke ID

  sentinel config …            what the mesh measures and how often: show, check, push, history (config --help)

  sentinel db export FILE      everything the aggregator has in one file: database, authority, secrets; db import FILE

  sentinel simulate --sites N …  play many agents from one process, with faults: load, demonstrations (simulate --help)

  sentinel probe KIND TARGET   one probe from here, without a mesh, e.g. probe icmp 127.0.0.1 (probe --help)
  sentinel reflector …         answer STAMP test packets until stopped, for probe stamp and routers (reflector --help)
  sentinel agent join URL …    make this host an agent of a mesh and run it (agent join --help)
  sentinel agent …             run the agent that joined, in the foreground (agent --help)
  sentinel agent status | tail | force-send   how it is, what it measures, send what waits (each has --help)
  sentinel aggregator …        run one aggregator in the foreground (aggregator --help)
  sentinel --version

Each command has --help. Data is in .sentinel/ of the clone; --data-dir DIR or SENTINEL_DATA_DIR names another place.
END
}

usage_up() {
  cat <<END
sentinel up: builds if needed, starts an aggregator with an embedded PostgreSQL and some agents, shows the URL.
Stays in the foreground (Ctrl-C stops all of it) unless --detach.

  --agents N          number of agents, each a site of its own: site-a, site-b, … (default 3, at most 500)
  --port P            dashboard and REST; P+1 is used for membership, P+2 is the agents' door (default 7420)
  --data-dir DIR      where everything is kept (default .sentinel/ of the clone)
  --lab               the agents stand in the sites of a lab of network namespaces (scripts/lab), with real distances
                      between them and faults to order; needs root
  --detach, -d        return when all agents are connected
  --db-url URL        a PostgreSQL or TimescaleDB instead of the embedded one: postgresql://user:password@host/db
  --listen ADDR       let other machines in, too (default 127.0.0.1: nobody); then with
    --tls-cert FILE --tls-key FILE    certificate (chain) and key, PEM; or
    --insecure                        no TLS and no certificates: everything, tokens too, goes in the clear

Agents use the loopback addresses 127.0.0.11, .12, …

  SENTINEL_SKIP_WEB=1     build without the dashboard (no Node.js needed)
  SENTINEL_SKIP_BUILD=1   take the jars as they are
  SENTINEL_JAVA=FILE      the java program to run with, instead of a JDK that is found
  SENTINEL_STOP_SECONDS=S how long a member may take to end before it is ended by force (20; aggregator 30)

Exit code: 0, 1 it did not start, 2 wrong usage, 3 no JDK 25.
END
}

usage_status() {
  cat <<END
sentinel status [--json] [--data-dir DIR]: what runs, what the aggregator says of each agent, and what
its database takes on disk, now and once everything is held for as long as it is to be (docs/schema.md).
Exit code: 0 everything is up, 1 only a part, 3 nothing runs.
END
}

usage_logs() {
  cat <<END
sentinel logs [NAME...] [-f] [-n LINES] [--data-dir DIR]: the last lines (100) of the members' logs; -f goes on with new
ones. The files are DATA/logs/NAME.log; NAME.log.1 is the run before.
END
}

usage_start() {
  cat <<END
sentinel start NAME / stop NAME [--data-dir DIR]: one member of the running mesh, for example site-b or aggregator.
It comes back with the same identity and data. 'sentinel status' lists the names; in a lab the relay is one, too.
END
}

usage_config() {
  cat <<END
sentinel config: the settings of the whole mesh, one document (docs/configuration.md). In force on all agents at once.

  sentinel config show [--version N]     the document in force, or an earlier one; its first line names its version
  sentinel config check FILE [--pins]    line, column and remedy of every fault; needs no mesh. FILE - is standard input
  sentinel config push FILE [--after N]  put it in force, then tell what each connected agent made of it
  sentinel config history                every version: when, by whom
  sentinel config template               a document with every key, its standard value, range and meaning

push refuses to overwrite a change that the file was not written after: its first line, as show writes it, or --after
names the version; without both it is the one in force now.

A file DATA/agents/NAME.settings.yaml of the same form wins over the document at that agent, from its next start on.

Exit code: 0, 1 faulty, overtaken or refused by an agent, 2 wrong usage. --data-dir DIR names the mesh, as elsewhere.
END
}

usage_down() {
  cat <<END
sentinel down [--purge] [--data-dir DIR]: stops all members of the mesh, agents first. The data stays, unless --purge.
END
}

usage_token() {
  cat <<END
sentinel token: what lets agents join the running mesh. Agents come in at the port after membership's (7422 by default).

  token create --site SITE   print a new token, and how to join with it; every agent that does is of that site
    --uses N                 agents that may join with it (default 1, at most $token_uses_most)
    --expires TIME           until when: 30m, 24h (default), 7d; at most 90d
    --agent NAME|ID          for this agent alone: it may come back with another key, also after it was revoked
    --json                   the whole answer as JSON
  token list [--json]        tokens and how often they were used; never their secrets
  token revoke ID            nobody joins with it any more; whoever did, stays

Also: --data-dir DIR. A token pins the mesh's authority, so that an agent tells it to nobody else; keep it like a password.
Exit code: 0; 1 with the reason on standard error, 2 wrong usage, 3 no mesh is up.
END
}

usage_key() {
  cat <<END
sentinel key: by which programs that are no agents send results to the running mesh, signed with HMAC-SHA256 (docs/ingest.md).

  key create --name NAME     print a new key and its secret; it may send the results of one agent, which is made with it
    --site SITE              where that stands (default: its name)
    --expires TIME           until when: 30m, 24h, 90d (default), at most 90d here
    --agent NAME|ID          for an agent that is known, instead
    --json                   the whole answer as JSON, with the authority's certificate
  key list [--json]          the keys, never their secrets
  key rotate ID              another secret; the one before is good for the --overlap (default 1d, 0 to 30d)
  key revoke ID              nobody sends with it any more

Also: --data-dir DIR. Exit code: 0; 1 with the reason on standard error, 2 wrong usage, 3 no mesh is up.
END
}

usage_agent_revoke() {
  cat <<END
sentinel agent revoke NAME|ID [--data-dir DIR]: shuts an agent out of the running mesh, from its next message on: its link
is closed, and it gets no certificate any more. Its results stay. Also for an id that has not come yet.
It comes back only with a token made for it (token create --agent NAME) and a new key.
END
}

usage_api() {
  cat <<END
sentinel api [METHOD] PATH [--data JSON|@FILE|@-] [--data-dir DIR]: one request to the running aggregator.
Prints the answer's body. Address, certificate and token (DATA/aggregator/api-token) are found by themselves.

  sentinel api /api/v1/agents
  sentinel api /api/v1/matrix
  sentinel api '/api/v1/pairs/SOURCE/DESTINATION/history?step=10'

Exit code: 0 for an answer 2xx; otherwise 1, with the reason on standard error.
END
}

usage_db() {
  cat <<END
sentinel db export FILE: writes everything the aggregator has into one file: database, authority, tokens, secrets. It may
go on running. Whoever holds the file can play the aggregator: keep it as you keep a private key.

sentinel db import FILE: loads it where nothing is yet, on this host or another, into a database of any flavour. Then start
the aggregator: agents come back without joining again. docs/backup.md

  --data-dir DIR   of the mesh (default .sentinel/ of the clone)
  --db-url URL     the database: postgresql://user:password@host/db. Default: the mesh's own; for a new one, the embedded

Exit code: 0, 1 it did not work, 2 wrong usage, 3 no JDK 25.
END
}
