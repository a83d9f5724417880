const MONOSPACED =
  /^(?:courier(?: new| prime| std)?|consolas|menlo|monaco|lucida console|lucida sans typewriter|andale mono|cascadia (?:code|mono)|fira (?:code|mono)|source code pro|sf mono|jetbrains mono|inconsolata|.* mono)$/i;

/** A font whose letters have one width. */
export function isMonospaced(font: string | undefined): boolean {
  return font !== undefined && font.length < 60 && MONOSPACED.test(font.trim());
}
