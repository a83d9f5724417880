import type { Problem } from '../validation/issue.ts';
import { MAX_FILE_NAME_LENGTH } from '../schemas/file.ts';

/** The last step of a path of either kind, as clients send whole paths; empty when there is none. */
export function baseName(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? '';
  return last === '.' || last === '..' ? '' : last;
}

/** Why a file name cannot be kept; undefined when it can. */
export function fileNameProblem(name: string): Problem | undefined {
  if (name === '') {
    return { type: 'value_error', msg: 'The file part needs a file name: send it as filename="…"' };
  }
  if (name.includes('\0')) {
    return { type: 'value_error', msg: 'The file name must not hold a NUL character' };
  }
  if (name.length > MAX_FILE_NAME_LENGTH) {
    return {
      type: 'string_too_long',
      msg: `The file name should have at most ${MAX_FILE_NAME_LENGTH} characters`,
      ctx: { max_length: MAX_FILE_NAME_LENGTH },
    };
  }
  return undefined;
}
