/** Where a link leads, or undefined for one that runs a script, opens a local file or stays in the document. */
export function linkAddress(target: string | undefined): string | undefined {
  const url = target?.trim() ?? '';
  return url === '' || url.startsWith('#') || /^(?:javascript|data|vbscript|file):/i.test(url)
    ? undefined
    : url;
}
