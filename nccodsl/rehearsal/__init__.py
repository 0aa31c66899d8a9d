"""Scripts played through in virtual time, without network and account: for `simulate`, `test` and what explores.

The platform is the emulator's, the flow moves by `runtime.advance` alone: as it does when it is served.
"""
