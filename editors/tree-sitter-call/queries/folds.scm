[
  (block)
  (branches)
  (call)
  (hours)
  (choose)
  (test)
  (list)
  (map)
  (fields)
  (long_string)
] @fold
