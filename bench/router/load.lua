-- The request of the main job: a form with a little SQL. Prints one line for the script that runs wrk.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.body = "sql=select%201%20as%20id%2C%20%27first%27%20as%20name%20as%20result%3B&tags=bench"

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("SAMPLE %.1f %d %d %d\n",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
