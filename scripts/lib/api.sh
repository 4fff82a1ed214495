# shellcheck shell=bash
# sentinel api: one request to the running aggregator, with address, certificate and token found by itself. It asks as
# the holder of the data directory: it works the same before and after people and roles exist.

readonly api_connect_seconds=3 api_total_seconds=60

# Beyond what every request says; for the one that follows.
api_accept='' api_headers=()

# api_request FILE METHOD PATH [BODY]: prints the HTTP status, puts the answer's body into FILE; fails without an answer.
# BODY is JSON, or @FILE.
api_request() {
  local file=$1 method=$2 path=$3 token_file=$data/aggregator/api-token token=''
  local -a options=(--silent --show-error --globoff --noproxy '*' --request "$method" --output "$file"
    --connect-timeout "$api_connect_seconds" --max-time "$api_total_seconds" --write-out '%{http_code}\n')
  if [[ ${mesh[scheme]} == https ]]; then
    # Trust exactly the certificate that `up` was given, under a name that it was made out for.
    options+=(--cacert "${mesh[tls_cert]}" --connect-to "${mesh[url]#https://}:${mesh[reach]}")
  fi
  if [[ -r $token_file ]]; then token=$(cat -- "$token_file"); fi
  if (($# > 3)); then options+=(--header 'Content-Type: application/json' --data-binary "$4"); fi
  # The token goes by a pipe: command lines can be read by everybody on this machine.
  curl "${options[@]}" --url "${mesh[url]}$path" \
    --header @<(printf '%s\n' "Accept: ${api_accept:-application/json, */*;q=0.5}" ${api_headers[@]+"${api_headers[@]}"} \
      ${token:+"Authorization: Bearer $token"})
}

# Prints the body that GET PATH answers; fails, and says nothing, if there is no answer 200.
api_get() {
  local answer
  answer=$(api_request - GET "$1" 2>/dev/null) || return 1
  [[ $answer == *200 ]] || return 1
  printf '%s' "${answer%200}"
}

api_body=''
api_clean() { [[ -z $api_body ]] || rm -f -- "$api_body"; }

# api_answer METHOD PATH [BODY]: the answer's body is in the file $api_body, until this shell ends. Ends it with the reason
# if there is no answer 2xx.
api_answer() {
  local status title detail
  need_command curl "to talk to the aggregator"
  require_mesh
  api_clean
  trap api_clean EXIT
  api_body=$(mktemp -- "$data/run/api.XXXXXX")
  if ! status=$(api_request "$api_body" "$@"); then
    fail "$exit_failed" "the aggregator does not answer at ${mesh[url]}/." "See: $(own_command status)"
  fi
  [[ $status != 2* ]] || return 0
  title=$(json_value .title <"$api_body" 2>/dev/null) || true
  detail=$(json_value .detail <"$api_body" 2>/dev/null) || true
  fail "$exit_failed" "$1 $2: HTTP $status${title:+ $title}" ${detail:+"$detail"}
}

command_api() {
  local method=GET path='' body has_body=''
  parse_data_dir "$@"
  set -- "${rest[@]}"
  while (($# > 0)); do
    case $1 in
      --help | -h) usage_api && exit 0 ;;
      --data | -d)
        (($# > 1)) || fail_usage "--data needs the body: JSON, or @FILE, or @- for standard input"
        body=$2
        has_body=1
        shift
        ;;
      -*) fail_usage "unknown option '$1' for api" ;;
      *)
        if [[ -z $path && $1 =~ ^[A-Z]+$ ]]; then
          method=$1
        elif [[ -z $path ]]; then
          path=$1
        else
          fail_usage "api takes one path, not also '$1'"
        fi
        ;;
    esac
    shift
  done
  [[ -n $path ]] || fail_usage "api needs a path, such as /api/v1/agents"
  [[ $path == /* ]] || path=/$path
  api_answer "$method" "$path" ${has_body:+"$body"}
  cat -- "$api_body"
  # A line end for people; a program gets the body as it is.
  if [[ -t 1 ]]; then echo; fi
}
