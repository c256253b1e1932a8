# Becomes the engine. Runs in a session of its own with the instance's marks in its environment; $1 is the instance's folder.
# Its names begin with cp_, since everything else is the engine's environment.

# A profile that breaks off must not take the engine with it, so it is tried beforehand.
if [ "$(. /etc/profile >/dev/null 2>&1; echo sound)" = sound ]; then
    . /etc/profile >/dev/null 2>&1
fi
cp_dir=$1
cp_data=$cp_dir/data
cp_log_bytes=8388608

cp_fail() {
    printf '%s\n' "$1" >"$cp_dir/failed.new"
    mv "$cp_dir/failed.new" "$cp_dir/failed"
    exit 127
}

# The engine appends, so that its log can be cut while it writes. Nothing of the engine depends on this.
cp_bound_log() {
    while sleep 5 && cp_look $$ && [ "$cp_started" = "$cp_start" ]; do
        if [ "$(wc -c <"$cp_dir/log")" -gt $cp_log_bytes ]; then
            tail -c $cp_log_bytes "$cp_dir/log" >"$cp_dir/log.old" && : >"$cp_dir/log"
        fi
    done
}

cd "$cp_data" || cp_fail "Its folder $cp_data cannot be entered."
set -f
set -- $(cat "$cp_dir/spec")
set +f
# It may hold passwords.
rm -f "$cp_dir/spec"

# The words: url, stop grace, folder and pattern of the main jar, the number of variables, they, and the command.
cp_decode "$1"
cp_url=$cp_field
cp_decode "$3"
cp_folder=$cp_field
cp_decode "$4"
cp_pattern=$cp_field
cp_decode "$5"
cp_count=$cp_field
shift 5
if [ -n "$cp_pattern" ]; then
    cp_found=0
    for cp_file in "$cp_folder"/$cp_pattern; do
        [ -f "$cp_file" ] && cp_jar=$cp_file cp_found=$((cp_found + 1))
    done
    [ $cp_found = 1 ] || cp_fail "$cp_found files match $cp_folder/$cp_pattern, and it must be one."
fi

cp_instance=$CONTROLPLANE_INSTANCE cp_owner=$CONTROLPLANE_OWNER
while [ "$cp_count" -gt 0 ]; do
    cp_decode "$1"
    export "$cp_field"
    shift
    cp_count=$((cp_count - 1))
done
export "CONTROLPLANE_INSTANCE=$cp_instance" "CONTROLPLANE_OWNER=$cp_owner" "CONTROLPLANE_INSTANCE_URL=$cp_url"

cp_count=$#
while [ "$cp_count" -gt 0 ]; do
    cp_decode "$1"
    shift
    set -- "$@" "$cp_field"
    cp_count=$((cp_count - 1))
done
command -v "$1" >/dev/null || cp_fail "The program \"$1\" is not there, or may not be executed, on the PATH $PATH."

# This process keeps its pid and its start when the engine takes its place, so the file is true before there is an engine.
cp_look $$
cp_start=$cp_started
read -r cp_boot </proc/sys/kernel/random/boot_id
exec </dev/null >>"$cp_dir/log" 2>&1
printf '%s %s %s %s\n' $$ "$cp_start" "$cp_boot" "$cp_url" >"$cp_dir/pid.new"
mv "$cp_dir/pid.new" "$cp_dir/pid"
# The lock of whoever started this is held until here: nobody can miss an instance that is about to be.
exec 9>&-
(cp_bound_log &)
exec "$@"
