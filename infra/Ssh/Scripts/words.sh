# A field of a call comes as a word: "=", then each byte as \0 and three octal digits. So no field is ever read as shell,
# whatever it holds. In the words of a command, D stands for the instance's data folder and J for the file that was found
# for ${mainJar}; neither letter can come from a field.
cp_data='' cp_jar=''

cp_decode() {
    cp_field='' cp_rest=${1#=}
    while [ -n "$cp_rest" ]; do
        case $cp_rest in
        D*) cp_field=$cp_field$cp_data cp_rest=${cp_rest#D} ;;
        J*) cp_field=$cp_field$cp_jar cp_rest=${cp_rest#J} ;;
        *)
            cp_bytes=${cp_rest%%[DJ]*}
            case $cp_rest in
            *[DJ]*) cp_rest=${cp_rest#"${cp_bytes}"} ;;
            *) cp_rest='' ;;
            esac
            # The dot keeps newlines at the end, which a substitution drops.
            cp_bytes=$(printf '%b.' "$cp_bytes")
            cp_field=$cp_field${cp_bytes%.}
            ;;
        esac
    done
}

# Finds a process: sets cp_session and cp_started, its start in clock ticks since boot (proc(5), stat, fields 6 and 22).
# One that only waits to be reaped is none.
cp_look() {
    cp_stat=''
    while IFS= read -r cp_line || [ -n "$cp_line" ]; do
        cp_stat="$cp_stat $cp_line"
    done 2>/dev/null <"/proc/$1/stat" || return 1
    # The second field is the program's name in brackets, which may hold anything.
    set -- ${cp_stat##*) }
    [ $# -ge 20 ] || return 1
    case $1 in Z | X) return 1 ;; esac
    cp_session=$4
    shift 19
    cp_started=$1
}
