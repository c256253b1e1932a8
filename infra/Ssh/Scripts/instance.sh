# Does one thing with one instance, as the user that the instance runs as. $words holds the call, $1 what to do of it.
set -u
umask 077
task=$1
number=0 owner_id='' id='' owner='' name='' first='' second=''
for word in $words; do
    cp_decode "$word"
    number=$((number + 1))
    case $number in
    2) owner_id=$cp_field ;;
    3) id=$cp_field ;;
    5) owner=$cp_field ;;
    6) name=$cp_field ;;
    7) first=$cp_field ;;
    8) second=$cp_field && break ;;
    esac
done

fail() {
    echo "failed $1"
    exit 0
}

case $owner_id$id in *[!A-Za-z0-9._-]*) fail "Its folder's name holds what none may." ;; esac
[ -n "$owner" ] && [ -n "$owner_id" ] || fail "The call has no owner."
[ "$task" = list ] || { [ -n "$name" ] && [ -n "$id" ]; } || fail "The call has no name."
base=$HOME/.controlplane/instances/$owner_id
dir=$base/i-$id
read -r boot </proc/sys/kernel/random/boot_id || fail "/proc is not there."
CONTROLPLANE_CHECK=1 LC_ALL=C grep -qxzF CONTROLPLANE_CHECK=1 /proc/self/environ || fail "grep is not there or does not know -z."

# The pids of everything that carries the marks of the owner, and of the instance if there is a name.
marked() {
    LC_ALL=C grep -lsxzF "CONTROLPLANE_OWNER=$owner" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
        if [ -z "$name" ] || LC_ALL=C grep -qsxzF "CONTROLPLANE_INSTANCE=$name" "/proc/$pid/environ"; then
            cp_look "$pid" && echo "$pid $cp_started $cp_session"
        fi
    done
}

# Reads the pid file: sets pid, started and url. 1 when there is none of this boot.
read_pid() {
    pid='' started='' written_boot='' url=''
    [ -f "$dir/pid" ] && read -r pid started written_boot url <"$dir/pid" && [ "$written_boot" = "$boot" ] && [ -n "$url" ]
}

# Whether the engine runs: the process of the pid file, or, should somebody have removed that, the one that leads a session.
find_engine() {
    read_pid && cp_look "$pid" && [ "$cp_started" = "$started" ] && return 0
    [ -f "$dir/pid" ] && return 1
    found=$(marked | while read -r pid started session; do
        [ "$pid" = "$session" ] && echo "$started $pid"
    done | sort -n | head -n 1)
    [ -n "$found" ] || return 1
    pid=${found#* } started=${found% *}
    url=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^CONTROLPLANE_INSTANCE_URL=//p')
    [ -n "$url" ] || url=$first
}

answer_running() {
    echo "running $pid:$started:$boot $url"
    exit 0
}

lock() {
    mkdir -p "$base" 2>/dev/null && [ -w "$base" ] || fail "The folder $base cannot be made or written."
    exec 9>"$base/lock"
    flock -w 20 9 || fail "flock is not there, or another call has been at work for 20 s."
}

# Makes everything but the process. The spec is the words behind the call's own fields.
prepare() {
    lock
    find_engine && answer_running
    # What a dead engine left behind would stand in the way of the next, on its port for one. Without a pid file there was
    # none, and what has the marks is about to be the engine, in the unit of a call that was cut off.
    if [ -n "$pid" ]; then
        marked | while read -r pid _; do
            kill -s KILL "$pid" 2>/dev/null
        done
        rm -f "$dir/pid" "$dir/members" "$dir/told" "$dir/log" "$dir/log.old"
    fi
    mkdir -p "$dir/data" || fail "The folder $dir cannot be made."
    rm -f "$dir/failed"
    printf '%s\n' "$name" >"$dir/name"
    printf '%s\n' "${words#* * * * * * }" >"$dir/spec.new"
    mv "$dir/spec.new" "$dir/spec"
    launcher >"$dir/launch.new"
    mv "$dir/launch.new" "$dir/launch"
}

start() {
    env -i "HOME=$HOME" "USER=$(id -un)" "LOGNAME=$(id -un)" SHELL=/bin/sh "PATH=$PATH" "LANG=${LANG:-C.UTF-8}" \
        "CONTROLPLANE_OWNER=$owner" "CONTROLPLANE_INSTANCE=$name" "CONTROLPLANE_INSTANCE_URL=$first" \
        setsid /bin/sh "$dir/launch" "$dir" </dev/null >/dev/null 2>"$dir/log" &
    exec 9>&-
}

await() {
    rounds=100
    while [ $rounds -gt 0 ]; do
        [ -f "$dir/failed" ] && fail "$(cat "$dir/failed")"
        read_pid && answer_running
        sleep 0.1 2>/dev/null || sleep 1
        rounds=$((rounds - 1))
    done
    find_engine && answer_running
    fail "It was not started within 10 s. $(tail -c 300 "$dir/log" 2>/dev/null)"
}

# Everything that is of the instance and runs: what has its marks, what is in its engine's session, and what was that before.
members() {
    {
        [ -f "$dir/members" ] && cat "$dir/members"
        marked
        if read_pid && cp_look "$pid" && [ "$cp_started" = "$started" ]; then
            engine=$pid
            echo "$pid $started"
            for stat in /proc/[0-9]*/stat; do
                pid=${stat#/proc/} pid=${pid%/stat}
                cp_look "$pid" && [ "$cp_session" = "$engine" ] && echo "$pid $cp_started"
            done
        fi
    } | while read -r pid started _; do
        cp_look "$pid" && [ "$cp_started" = "$started" ] && echo "$pid $started"
    done | sort -u
}

# Sends a signal to each member that has not got it yet, and waits $second tenths of a second for their end.
stop() {
    told='' rounds=$second
    while :; do
        left=$(members)
        [ -z "$left" ] && break
        [ -d "$dir" ] && { cat "$dir/members" 2>/dev/null; echo "$left"; } | sort -u >"$dir/members.new" && mv "$dir/members.new" "$dir/members"
        [ "$first" = TERM ] && [ -f "$dir/told" ] && told=$(cat "$dir/told")
        while read -r pid started; do
            case "
$told
" in *"
$pid $started
"*) continue ;; esac
            cp_look "$pid" && [ "$cp_started" = "$started" ] && kill -s "$first" "$pid" 2>/dev/null
        done <<LEFT
$left
LEFT
        told="$told
$left"
        [ "$first" = TERM ] && [ -d "$dir" ] && printf '%s\n' "$told" | sort -u >"$dir/told"
        [ "$rounds" -le 0 ] && break
        sleep 0.1 2>/dev/null || sleep 1
        rounds=$((rounds - 1))
    done
    if [ -z "$left" ]; then echo "left 0"; else echo "left $(echo "$left" | wc -l)"; fi
}

forget() {
    if [ -d "$dir" ]; then
        lock
        rm -rf -- "$dir" && echo forgotten
    else
        echo nothing
    fi
}

list() {
    for file in "$base"/i-*/name; do
        [ -f "$file" ] && cat "$file"
    done
    marked | while read -r pid _; do
        tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | sed -n 's/^CONTROLPLANE_INSTANCE=//p'
    done
}

alive() {
    cp_look "${first%%:*}" && [ "${first#*:}" = "$cp_started:$boot" ] && echo "yes" || echo "no"
}

log() {
    { tail -c 2001 "$dir/log.old"; tail -c 2001 "$dir/log"; } 2>/dev/null | tail -c 2001
}

main() {
    echo "controlplane answers"
    case $task in
    create) prepare; start; await ;;
    prepare) prepare; echo "prepared $dir" ;;
    await) await ;;
    stop) stop ;;
    forget) forget ;;
    list) list ;;
    alive) alive ;;
    log) log ;;
    *) fail "It was asked for the unknown task $task." ;;
    esac
}
main </dev/null
