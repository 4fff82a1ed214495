# shellcheck shell=bash
command_run() { fail "$exit_failed" "not built yet"; }
