import { checkExtractSchema } from '../model/extract-schema/check-schema.ts';
import type { DataSchema } from '../model/extract-schema/data-schema.ts';
import { refuseViolations } from './refuse-violations.ts';

/**
 * Checks a schema for extraction (contract section 9) and gives it in the form that extraction works with.
 * @throws a 422 that names every place at fault, below `body.data_schema`
 */
export function validateDataSchema(given: unknown): DataSchema {
  const checked = checkExtractSchema(given);
  if (checked.ok) return checked.schema;
  refuseViolations(checked.violations, ['body', 'data_schema']);
  throw new Error('a schema was found wrong without a reason');
}
