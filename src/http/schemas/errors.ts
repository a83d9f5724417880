import { Type, type Static } from 'typebox';

/** One problem of a request (contract 1.4). */
export const ValidationIssueBody = Type.Object(
  {
    loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
    msg: Type.String(),
    type: Type.String(),
    input: Type.Optional(Type.Unknown()),
    ctx: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { $id: 'ValidationError' },
);

/** Answer to a request whose parts break their schemas; names every problem at once. */
export const HTTPValidationError = Type.Object(
  { detail: Type.Optional(Type.Array(ValidationIssueBody)) },
  { $id: 'HTTPValidationError', description: 'The request breaks its schema; every problem is listed.' },
);
export type HTTPValidationError = Static<typeof HTTPValidationError>;

/** Every other answer that is not success. */
export const ErrorBody = Type.Object(
  { detail: Type.String() },
  { $id: 'Error', description: 'The request failed; the text says why and what to do.' },
);
export type ErrorBody = Static<typeof ErrorBody>;
