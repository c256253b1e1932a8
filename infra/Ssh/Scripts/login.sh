# What the login user does: becomes the user that the instance runs as, and speaks with systemd where it may.
# $words holds the call; program prints the script that does the work.
user='' owner='' name='' unit='' task='' url='' grace=''
number=0
for word in $words; do
    cp_decode "$word"
    number=$((number + 1))
    case $number in
    1) user=$cp_field ;;
    2) unit=controlplane-$cp_field ;;
    3) unit=$unit-$cp_field ;;
    4) task=$cp_field ;;
    5) owner=$cp_field ;;
    6) name=$cp_field ;;
    7) url=$cp_field ;;
    8) grace=$cp_field && break ;;
    esac
done

# Through a pipe and not as arguments, which everybody on the machine could read.
run() {
    task=$1
    { printf "words='%s'\n" "$words"; program; } | as_user "$task"
}

as_user() {
    if [ -z "$user" ] || [ "$user" = "$(id -un)" ]; then
        /bin/sh -s "$1"
    elif [ "$(id -u)" != 0 ]; then
        sudo -n -H -u "$user" -- /bin/sh -s "$1"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --init-groups -- env "HOME=$(home_of)" /bin/sh -s "$1"
    else
        runuser -u "$user" -- env "HOME=$(home_of)" /bin/sh -s "$1"
    fi
}

home_of() {
    getent passwd "$user" | cut -d: -f6
}

has_systemd() {
    [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null && systemctl show-environment >/dev/null 2>&1
}

create_unit() {
    answer=$(run prepare)
    case $answer in
    *"
prepared "*) ;;
    *)
        printf '%s\n' "$answer"
        return
        ;;
    esac
    folder=${answer##*"
prepared "}
    # A unit of that name may be there from an earlier call; then this one is refused, and the wait finds its engine.
    systemd-run --quiet --collect --unit="$unit" --service-type=exec ${user:+"--uid=$user"} \
        --property=KillMode=control-group --property="TimeoutStopSec=$grace" \
        --setenv="HOME=${folder%/.controlplane/*}" --setenv="USER=${user:-root}" --setenv="LOGNAME=${user:-root}" \
        --setenv="CONTROLPLANE_OWNER=$owner" --setenv="CONTROLPLANE_INSTANCE=$name" --setenv="CONTROLPLANE_INSTANCE_URL=$url" \
        /bin/sh "$folder/launch" "$folder" >&2
    run await
}

main() {
    cd /
    if [ -n "$user" ] && ! id -u "$user" >/dev/null 2>&1; then
        printf 'controlplane answers\nfailed There is no user %s on the machine.\n' "$user"
    elif [ "$task" = create ] && has_systemd; then
        create_unit
    elif [ "$task" = forget ] && has_systemd; then
        # What has left both its marks and its session is still in the unit.
        systemctl kill --signal=KILL "$unit.service" >/dev/null 2>&1
        systemctl stop "$unit.service" >/dev/null 2>&1
        run forget
    else
        run "$task"
    fi
}
main </dev/null
