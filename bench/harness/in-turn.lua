-- For wrk: the requests of each thread go to the paths of the command line in turn.
-- With one connection a thread, so do those of the connection.
local paths, turn = {}, 0

function init(arguments)
  for index, path in ipairs(arguments) do paths[index] = path end
end

function request()
  turn = turn % #paths + 1
  return wrk.format("GET", paths[turn])
end
