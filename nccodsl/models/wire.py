"""The base of all models: Python names in code, the API's names in JSON, and nothing written that was not given.

Owns: how a model is read and written. Does not own: the members of any model.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, SerializerFunctionWrapHandler, model_serializer
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


class WireModel(BaseModel):
    """A JSON object of the API. An option that is left out is not written, which is not the same as null."""

    model_config = ConfigDict(frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    @model_serializer(mode="wrap")
    def _what_was_given(self, written: SerializerFunctionWrapHandler) -> Any:
        if not isinstance(self, WireModel):
            return self  # the None of an option that is left out
        extra = self.model_extra or {}
        fields = type(self).model_fields
        # A member that is called as a field is in code counts as that field in `model_fields_set`.
        given = {name for name in self.model_fields_set if name not in extra or getattr(self, name) is not None}
        keys = {key for name in fields.keys() - given for key in (name, fields[name].alias)} - extra.keys()
        return {key: value for key, value in written(self).items() if key not in keys}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(_as_read(schema))


def _as_read(schema: Any) -> Any:
    """What is written has the schema of what is read: the serializer only leaves out members."""
    plain = {key: value for key, value in schema.items() if key != "serialization"}
    return {**plain, "schema": _as_read(plain["schema"])} if plain["type"].startswith("function-") else plain
