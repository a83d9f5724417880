import { Marked, type Token, type TokenizerThis, type Tokens } from 'marked';

/** A footnote: its text is below its mark. */
export interface FootnoteToken extends Tokens.Generic {
  readonly type: 'footnote';
  readonly label: string;
  readonly tokens: Token[];
}
/** Where the text refers to a footnote. */
export interface FootnoteMarkToken extends Tokens.Generic {
  readonly type: 'footnoteMark';
  readonly label: string;
}

/** As GitHub and Pandoc take them: no blank and no bracket. Link labels have at most 999 signs (CommonMark 4.7). */
const NOTE_START = /^ {0,3}\[\^([^\][\s]{1,999})\]:[ \t]*/;
const MARK = /^\[\^([^\][\s]{1,999})\](?!\()/;
/** What ends a paragraph first: a blank line, or a note on the line below. */
const PARAGRAPH_END = /\n(?:[ \t]*(?:\n|$)| {0,3}(\[\^[^\][\s]{1,999}\]:))/;
/** A line that begins a block of its own and so does not go on with a note. */
const OTHER_BLOCK = /^ {0,3}(?:#{1,6}(?:\s|$)|>|```|~~~|[-*+]\s|\d{1,9}[.)]\s|[-*_]{3}|\||<[a-z/!])/i;
const INDENT = /^(?: {4}| {0,3}\t)/;

/**
 * The tokens of a markdown text, its footnotes among them: of itself the grammar takes a note of one word for the target
 * of a link.
 */
export function markdownTokens(text: string): Token[] {
  const labels = new Set<string>();
  let isInNote = false;
  const marked = new Marked({
    gfm: true,
    extensions: [
      {
        name: 'footnote',
        level: 'block',
        start: (source) => {
          const end = PARAGRAPH_END.exec(source);
          return end?.[1] === undefined ? undefined : end.index + 1;
        },
        tokenizer(this: TokenizerThis, source): FootnoteToken | undefined {
          const start = isInNote ? null : NOTE_START.exec(source);
          const label = start?.[1];
          if (!start || label === undefined) return undefined;
          const raw = noteSource(source);
          labels.add(label.toLowerCase());
          isInNote = true;
          const tokens = this.lexer.blockTokens(withoutIndent(raw.slice(start[0].length)), []);
          isInNote = false;
          return { type: 'footnote', raw, label, tokens };
        },
      },
      {
        name: 'footnoteMark',
        level: 'inline',
        // Text is read after all blocks, so every note is known by then.
        tokenizer(source): FootnoteMarkToken | undefined {
          const [raw, label] = MARK.exec(source) ?? [];
          if (raw === undefined || label === undefined || !labels.has(label.toLowerCase())) return undefined;
          return { type: 'footnoteMark', raw, label };
        },
      },
    ],
  });
  return marked.lexer(text, marked.defaults);
}

/** The lines of the note at the start: those that follow at once, and after a blank line those that are indented. */
function noteSource(source: string): string {
  let end = lineEnd(source, 0);
  let isAfterBlank = false;
  for (let at = end; at < source.length;) {
    const next = lineEnd(source, at);
    const line = source.slice(at, next);
    const isBlank = line.trim() === '';
    const isIndented = INDENT.test(line);
    if (!isBlank && !isIndented && (isAfterBlank || OTHER_BLOCK.test(line) || NOTE_START.test(line))) break;
    if (!isBlank) end = next;
    isAfterBlank = isBlank;
    at = next;
  }
  return source.slice(0, end);
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end + 1;
}

function withoutIndent(note: string): string {
  return note.replaceAll(/\n(?: {4}| {0,3}\t)/g, '\n');
}
