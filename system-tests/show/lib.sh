# Shared by the scripts of this folder, each of which shows one promise; they source it in bash:
#
#     . "$(dirname "$0")/lib.sh"
#
# A script says what it does with `step`, ends early with `fail`, and prints its result last with
# `figure`. Whatever it started with `start` and whatever is in $scratch is gone when it ends.
# SHOW_KEEP=1 keeps $scratch.
#
# shellcheck shell=bash

set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin # mosquitto and tcpdump live there on Debian

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/caddis-show.XXXXXX")
export STATE_DIRECTORY=$scratch/state # agents keep their sessions there unless told otherwise
declare -A started=()

# --- saying -------------------------------------------------------------------------------------

step() { printf '%s\n' "- $*"; }

# The last line of a script that succeeded.
figure() { printf '%s\n' "FIGURE: $*"; }

# fail "what is wrong" [file]: the end of the file shows why.
fail() {
    printf '%s\n' "FAILED: $1" >&2
    if [ -n "${2:-}" ] && [ -f "$2" ]; then
        printf '%s\n' "the end of $2:" >&2
        tail -n 30 "$2" >&2
    fi
    exit 1
}

# need PROGRAM...: fails with what to install.
need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null ||
            fail "$program is not installed; apt-get install mosquitto mosquitto-clients tcpdump strace openssl jq iproute2"
    done
}

# --- running ------------------------------------------------------------------------------------

# start NAME COMMAND...: in the background, a process group of its own, its output in $(log_of NAME).
start() {
    local name=$1
    shift
    : >"$(log_of "$name")" # here already, for has_line must not see what an earlier one wrote
    setsid "$@" >"$(log_of "$name")" 2>&1 </dev/null &
    started[$name]=$!
}

log_of() { printf '%s' "$scratch/$1.log"; }

pid_of() { printf '%s' "${started[$1]}"; }

running() { kill -0 "${started[$1]}" 2>/dev/null; }

# stop NAME [SIGNAL]: sends the signal (TERM) to its first process and waits until it has ended,
# 20 s at most. Prints nothing; returns its exit code.
stop() {
    local name=$1 pid=${started[$1]} status=0
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    if ! wait_for 20 ended "$pid"; then
        kill -KILL -- "-$pid" 2>/dev/null || true
        fail "$name did not end within 20 s of SIG${2:-TERM}" "$(log_of "$name")"
    fi
    wait "$pid" 2>/dev/null || status=$? # bash would tell that it was killed
    unset "started[$name]"
    kill -KILL -- "-$pid" 2>/dev/null || true # what it left behind
    return "$status"
}

# A process that has ended and was not waited for yet is a zombie, which kill -0 takes for alive.
ended() { [ ! -d "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# within SECONDS COMMAND...: its exit code; 124 when it took longer and was ended.
within() {
    local seconds=$1
    shift
    timeout --kill-after=10 "$seconds" "$@"
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when it did not in time.
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.1
    done
}

# has_line NAME PATTERN [COUNT]: the log has at least COUNT (1) lines that match.
has_line() {
    local lines
    lines=$(grep -Ec -- "$2" "$(log_of "$1")" || true)
    [ "${lines:-0}" -ge "${3:-1}" ]
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port nobody listens on, below the range from which the system takes ports for outgoing
# connections.
free_port() {
    local port
    while :; do
        port=$((RANDOM % 20000 + 10000))
        listens "$port" || break
    done
    printf '%s' "$port"
}

# --- Java and the checkout ----------------------------------------------------------------------

# jdk FEATURE: the home of a JDK of at least that feature number, the lowest there is.
jdk() {
    local home feature best='' best_feature=1000
    for home in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        if [ ! -x "$home/bin/javac" ] || [ ! -r "$home/release" ]; then continue; fi
        feature=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
        if [ -n "$feature" ] && [ "$feature" -ge "$1" ] && [ "$feature" -lt "$best_feature" ]; then
            best=$home best_feature=$feature
        fi
    done
    [ -n "$best" ] || fail "no JDK $1 or newer found; README.md says how to install one"
    printf '%s' "$best"
}

# fresh_clone FOLDER: what is committed, as somebody who clones it gets it.
fresh_clone() {
    git clone -q --no-hardlinks "$root" "$1"
    [ -z "$(git -C "$root" status --porcelain)" ] ||
        step "note: $root has changes that are not committed; they are not shown here"
}

# empty_home FOLDER: from here on programs see this home folder, and Maven an empty local repository.
empty_home() {
    mkdir -p "$1"
    export HOME=$1 MAVEN_USER_HOME=$1/.m2
    export MAVEN_OPTS="-Duser.home=$1" # Java asks the password file, not HOME
    unset MAVEN_ARGS
}

# system_tests: builds the programs of this module; $system_tests is then their class path.
system_tests() {
    local lib=$root/target/system-tests/lib
    rm -rf "$lib"
    (cd "$root" && ./mvnw -q -B -ntp -Pquick -pl system-tests -am package dependency:copy-dependencies \
        -DincludeScope=runtime "-DoutputDirectory=$lib") >"$scratch/build.log" 2>&1 ||
        fail "the build failed" "$scratch/build.log"
    system_tests="$root/system-tests/target/quick/classes:$lib/*"
}

# --- the end ------------------------------------------------------------------------------------

clean_up() {
    local name
    [ "$BASHPID" = "$$" ] || return 0 # a child that was ended before it became its program
    for name in "${!started[@]}"; do
        kill -KILL -- "-${started[$name]}" 2>/dev/null || true
        wait "${started[$name]}" 2>/dev/null || true
    done
    if [ -n "${SHOW_KEEP:-}" ]; then
        printf '%s\n' "kept: $scratch" >&2
    else
        rm -rf "$scratch"
    fi
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM
