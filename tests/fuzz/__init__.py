"""A mutation fuzzer: damaged copies of real scripts and documents, given to every command and to the emulator.

An input follows from the seed of the run and its number. What failed once is kept, as small as it can be made, in
`tests/data/fuzz`, and runs as an ordinary test.
"""
