# Reads "<round> <proxy> <requests/s> <p50 us> <p99 us> <failed>" and prints the rounds, the medians, and the medians of
# the ratios within each round.
function median(values, count,    i, j, t) {
    for (i = 2; i <= count; i++)
        for (j = i; j > 1 && values[j - 1] > values[j]; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}
function median_of(figure, name,    r, values) {
    for (r = 1; r <= rounds; r++) values[r] = figure[r, name]
    return median(values, rounds)
}
function median_ratio(figure, other,    r, values) {
    for (r = 1; r <= rounds; r++) values[r] = figure[r, "router"] / figure[r, other]
    return median(values, rounds)
}
BEGIN { printf "%-6s %-8s %12s %10s %10s %8s\n", "round", "proxy", "requests/s", "p50 us", "p99 us", "failed" }
NF != 6 { print "a measurement is missing: " $0 > "/dev/stderr"; failed = 1; exit }
{
    rps[$1, $2] = $3; p50[$1, $2] = $4; p99[$1, $2] = $5; errors[$2] += $6; rounds = $1
    printf "%-6s %-8s %12.0f %10d %10d %8d\n", $1, $2, $3, $4, $5, $6
    fflush()
}
END {
    if (failed) exit 1
    count = split("router haproxy nginx", names, " ")
    for (i = 1; i <= count; i++) {
        n = names[i]
        printf "%-6s %-8s %12.0f %10d %10d %8d\n", "median", n, median_of(rps, n), median_of(p50, n), median_of(p99, n), errors[n]
        if (errors[n] > 0) failed = 1
    }
    if (failed) print "requests failed: the figures mean nothing" > "/dev/stderr"
    printf "RESULT rps_vs_haproxy=%.3f rps_vs_nginx=%.3f p99_vs_haproxy=%.3f p99_vs_nginx=%.3f\n",
        median_ratio(rps, "haproxy"), median_ratio(rps, "nginx"), median_ratio(p99, "haproxy"), median_ratio(p99, "nginx")
    exit failed
}
