-- Posts the bodies of the file BODIES, one a line, one after another, to ROUTE.
local requests, at = {}, 0

function setup(thread)
  thread:set("first", math.random(1000))
end

function init()
  local headers = {["Content-Type"] = "application/json"}
  for line in io.lines(os.getenv("BODIES")) do
    requests[#requests + 1] = wrk.format("POST", os.getenv("ROUTE"), headers, line)
  end
  at = first
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %f %f %f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
