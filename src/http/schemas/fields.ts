import { Type, type TSchema, type TSchemaOptions } from 'typebox';

/** `T` or JSON null. */
export function Nullable<T extends TSchema>(schema: T, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options);
}

/** A field that may be absent, null or `T`; the contract's `T?`. */
export function Maybe<T extends TSchema>(schema: T, options: TSchemaOptions = {}) {
  return Type.Optional(Nullable(schema, options));
}

/** One of a closed list of strings. */
export function OneOf<const Values extends readonly string[]>(values: Values, options: TSchemaOptions = {}) {
  return Type.Enum<[...Values]>([...values] as [...Values], { type: 'string', ...options });
}

/** RFC 3339; a time without an offset is UTC (contract section 2). */
export function DateTime(options: TSchemaOptions = {}) {
  return Type.String({ format: 'date-time', ...options });
}

/** An object whose keys are free and whose values are all `T`. */
export function MapOf<T extends TSchema>(value: T, options: TSchemaOptions = {}) {
  return Type.Record(Type.String(), value, options);
}

/** A JSON object without further rules. */
export function AnyObject(options: TSchemaOptions = {}) {
  return MapOf(Type.Unknown(), options);
}

/** Bookkeeping times that almost every resource carries. */
export const Timestamps = {
  created_at: Maybe(DateTime()),
  updated_at: Maybe(DateTime()),
};
