import { createRequire } from 'node:module';

/** The faces of one family: names of PDF's standard fonts, or paths of TrueType files to embed. */
export interface Typeface {
  readonly regular: string;
  readonly bold: string;
  readonly italic: string;
}

const { resolve } = createRequire(import.meta.url);
const dejavu = (face: string): string => resolve(`dejavu-fonts-ttf/ttf/DejaVu${face}.ttf`);

/** Standard fonts: every reader brings them, so they are not embedded; Western European letters only. */
export const HELVETICA: Typeface = {
  regular: 'Helvetica',
  bold: 'Helvetica-Bold',
  italic: 'Helvetica-Oblique',
};
export const TIMES: Typeface = { regular: 'Times-Roman', bold: 'Times-Bold', italic: 'Times-Italic' };
export const COURIER: Typeface = { regular: 'Courier', bold: 'Courier-Bold', italic: 'Courier-Oblique' };

/**
 * DejaVu (Bitstream Vera licence, free to embed): Latin, Greek, Cyrillic, Armenian and Georgian letters. What
 * is rendered to pixels uses these, because a reader's substitute for a standard font depends on the machine.
 */
export const DEJAVU_SANS: Typeface = {
  regular: dejavu('Sans'),
  bold: dejavu('Sans-Bold'),
  italic: dejavu('Sans-Oblique'),
};
export const DEJAVU_SERIF: Typeface = {
  regular: dejavu('Serif'),
  bold: dejavu('Serif-Bold'),
  italic: dejavu('Serif-Italic'),
};
export const DEJAVU_MONO: Typeface = {
  regular: dejavu('SansMono'),
  bold: dejavu('SansMono-Bold'),
  italic: dejavu('SansMono-Oblique'),
};
