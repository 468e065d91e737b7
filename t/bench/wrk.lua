-- For wrk: requests, and one line of figures that bench.py reads.
--   wrk ... -s wrk.lua URL -- get KEY
--   wrk ... -s wrk.lua URL -- award KEY USERS TASKS
-- Awards go to the tasks b1, b2 ... below URL, by users drawn at random.

local prepared, users, tasks, head, path

function init(args)
   local key = args[2] or ""
   path = wrk.path
   if args[1] == "get" then
      if key ~= "" then
         wrk.headers["X-API-Key"] = key
      end
      prepared = wrk.format("GET", path)
      return
   end
   users, tasks = tonumber(args[3]), tonumber(args[4])
   math.randomseed(os.time())
   head = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
      .. "\r\nX-API-Key: " .. key
      .. "\r\nContent-Type: application/json\r\nContent-Length: "
end

function request()
   if prepared then
      return prepared
   end
   local body = '{"externalUserId": "bench_' .. math.random(users)
      .. '", "data": {"minutes": 3}}'
   return "POST " .. path .. "/b" .. math.random(tasks) .. "/points"
      .. head .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, _)
   local e = summary.errors
   io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests,
                          summary.duration, latency:percentile(50),
                          latency:percentile(99), e.status,
                          e.connect + e.read + e.write + e.timeout))
end
