-- Sends prepared requests one after the other; every %KEY% in a body becomes a fresh key.
-- Arguments: the file with the requests (each after a line that says its length), a word that no
-- earlier run used. The keys of one run all have the same length, so Content-Length is right.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local all = {}
  while true do
    local length = file:read("*n", "*l") -- the number, then the rest of its line
    if not length then break end
    all[#all + 1] = file:read(length)
  end
  file:close()
  run, sent, heads, tails = args[2], 0, {}, {}
  -- Each thread has people of its own, so nobody's requests meet those of their other self.
  for index = number + 1, #all, 2 do
    local head, tail = all[index]:match("^(.*)%%KEY%%(.*)$")
    heads[#heads + 1] = head or all[index]
    tails[#tails + 1] = tail or false
  end
end

function request()
  sent = sent + 1
  local index = (sent - 1) % #heads + 1
  if not tails[index] then return heads[index] end
  return heads[index] .. string.format("%s-%d-%08d", run, number, sent) .. tails[index]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"errors":%d,"refused":%d,' ..
    '"p50":%.3f,"p95":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration, summary.bytes,
    e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000
  ))
end
