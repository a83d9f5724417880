/** Reads on in LaTeX: commands, groups and environments, without running anything. */
export class LatexSource {
  readonly text: string;
  at = 0;
  /** Ends that do not come any more: looking for them again and again would take quadratic time. */
  readonly #absent = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** What a pattern matches here; the pattern must be sticky. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text) ?? undefined;
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  /** What stands before an end, which is passed; undefined, and nothing is passed, when it does not come. */
  until(end: string): string | undefined {
    const found = this.#absent.has(end) ? -1 : this.text.indexOf(end, this.at);
    if (found < 0) {
      this.#absent.add(end);
      return undefined;
    }
    const content = this.text.slice(this.at, found);
    this.at = found + end.length;
    return content;
  }

  /** The content of the group that begins here, or the one sign that stands in its place. */
  group(): string {
    this.take(/\s*/y);
    if (this.text[this.at] !== '{') return this.take(/\\[a-z]+|[^]/giy)?.[0] ?? '';
    const start = this.at + 1;
    let depth = 0;
    for (; this.at < this.text.length; this.at += 1) {
      const sign = this.text[this.at];
      if (sign === '\\') this.at += 1;
      else if (sign === '{') depth += 1;
      else if (sign === '}' && (depth -= 1) === 0) {
        this.at += 1;
        return this.text.slice(start, this.at - 1);
      }
    }
    return this.text.slice(start);
  }

  /** The content of `[…]` here, if there is one. */
  option(): string | undefined {
    return this.take(/\s*\[([^\][]*(?:\[[^\][]*\][^\][]*)*)\]/y)?.[1];
  }

  /** What stands before the end of an environment that has been begun. */
  environment(name: string): string {
    const pattern = new RegExp(`\\\\(begin|end)\\s*\\{${name.replaceAll('*', '\\*')}\\}`, 'g');
    pattern.lastIndex = this.at;
    const start = this.at;
    let depth = 1;
    for (let match = pattern.exec(this.text); match; match = pattern.exec(this.text)) {
      depth += match[1] === 'begin' ? 1 : -1;
      if (depth > 0) continue;
      this.at = pattern.lastIndex;
      return this.text.slice(start, match.index);
    }
    this.at = this.text.length;
    return this.text.slice(start);
  }
}
