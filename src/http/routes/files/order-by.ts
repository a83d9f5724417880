import { validationError } from '../../../errors.ts';
import { FILE_SORT_FIELDS, type FileSort } from '../../../services/files.ts';

/**
 * Reads the wording `field`, `field asc` or `field desc`, several of them with commas between (contract 6, the older
 * form that `POST /query` keeps). Of the fields of a file only those can be ordered by that lists of files know.
 * @throws a 422 at `order_by`
 */
export function readOrderBy(text: string): readonly [FileSort, ...FileSort[]] {
  const [first, ...rest] = text.split(',').map((part) => readPart(part, text));
  // Splitting gives at least one part.
  return [first as FileSort, ...rest];
}

function readPart(part: string, text: string): FileSort {
  const [name, direction = 'asc', ...more] = part.trim().split(/\s+/);
  const field = FILE_SORT_FIELDS.find((known) => known === name);
  const way = direction.toLowerCase();
  if (field && more.length === 0 && (way === 'asc' || way === 'desc')) {
    return { field, descending: way === 'desc' };
  }
  throw validationError({
    type: 'value_error',
    loc: ['body', 'order_by'],
    msg:
      `order_by takes ${FILE_SORT_FIELDS.join(', ')}, each with asc or desc if wished, separated by commas; ` +
      `${JSON.stringify(part.trim())} is none of these`,
    input: text,
  });
}
