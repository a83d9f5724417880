const FLOWED = /(;\s*format\s*=\s*)"?flowed"?/i;
const DELETES_BLANK = /;\s*delsp\s*=\s*"?yes"?/i;

/** A mail of one part whose lines flow, made ready to be flowed here. */
export interface FlowedMail {
  /** The mail as if its lines were fixed. */
  readonly bytes: Buffer;
  readonly flow: (text: string) => string;
}

/**
 * Takes the flow of lines (RFC 3676) out of a mail of one part of plain text: the parser of mails joins lines, and
 * leaves the marks of quotes in the middle of the joined ones.
 * @returns undefined for any other mail
 */
export function flowedMail(bytes: Buffer): FlowedMail | undefined {
  const text = bytes.subarray(0, LONGEST_HEAD).toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  const type = /^content-type:\s*text\/plain\b[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/im.exec(head);
  if (!type || !FLOWED.test(type[0])) return undefined;
  const fixed = type[0].replace(FLOWED, '$1fixed');
  const before = Buffer.from(text.slice(0, type.index) + fixed, 'latin1');
  const deletesBlank = DELETES_BLANK.test(type[0]);
  return {
    bytes: Buffer.concat([before, bytes.subarray(type.index + type[0].length)]),
    flow: (body) => flow(body, deletesBlank),
  };
}

const LONGEST_HEAD = 256 * 1024;
/** A line before a signature ends in a blank and does not flow (RFC 3676, 4.3). */
const SIGNATURE = '-- ';

function flow(text: string, deletesBlank: boolean): string {
  const lines: { depth: number; text: string; flows: boolean }[] = [];
  for (const line of text.split('\n')) {
    const marks = /^>*/.exec(line)?.[0].length ?? 0;
    const content = line.slice(marks).replace(/^ /, '');
    const last = lines.at(-1);
    const flows = content.endsWith(' ') && content !== SIGNATURE;
    const piece = flows && deletesBlank ? content.slice(0, -1) : content;
    if (last?.flows === true && last.depth === marks && content !== SIGNATURE) {
      last.text += piece;
      last.flows = flows;
    } else lines.push({ depth: marks, text: piece, flows });
  }
  return lines
    .map((line) => (line.depth > 0 ? `${'>'.repeat(line.depth)} ${line.text}` : line.text))
    .join('\n');
}
