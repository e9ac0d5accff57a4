-- SPDX-License-Identifier: Apache-2.0
-- wrk: sends each "Cookie: ..." line of the file given as argument in turn.
local cookies = {}

function init(args)
  for line in io.lines(args[1]) do
    cookies[#cookies + 1] = line:match("^Cookie: (.+)$")
  end
  math.randomseed(os.time())
end

function request()
  return wrk.format("GET", nil, { ["Cookie"] = cookies[math.random(#cookies)] })
end
