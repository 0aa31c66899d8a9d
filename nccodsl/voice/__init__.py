"""The vocabulary of the Voice API: what it accepts, and judging values and documents by that.

The pydantic models in nccodsl.models are its single source; `catalogue` is derived from them and loads
without pydantic, as does everything else here that compiling a script needs.
"""
