/** A formula of LaTeX between dollar signs: two where it stands alone. Empty where there is none. */
export function formulaText(latex: string, standsAlone: boolean): string {
  const text = latex
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^(\$\$?)([^$]*)\1$/, '$2')
    .replace(/^\\\[(.*)\\\]$/, '$1')
    .trim();
  const mark = standsAlone ? '$$' : '$';
  return text === '' ? '' : mark + text + mark;
}

/** How annotations of MathML name LaTeX (MathML 3, 5.1), as Pandoc, KaTeX, LaTeXML and MediaWiki write it. */
export function isTex(encoding: string | undefined): boolean {
  return /^(?:application\/x-(?:la)?tex|text\/x-(?:la)?tex|(?:la)?tex)$/i.test(encoding?.trim() ?? '');
}
