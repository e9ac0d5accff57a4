-- SPDX-License-Identifier: Apache-2.0
-- wrk: sends each "Cookie: ..." line of the file given as argument in turn. The requests are made once, before the first
-- is sent, so that the driver takes as little of the machine as it can.
local requests, at, threads = {}, 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do
    local cookie = line:match("^Cookie: (.+)$")
    if cookie then requests[#requests + 1] = wrk.format("GET", nil, { ["Cookie"] = cookie }) end
  end
  at = math.floor(#requests / 2) * number -- two threads start at different places
end

function request()
  at = at % #requests + 1
  return requests[at]
end
