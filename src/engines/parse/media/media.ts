/** Kinds of file that some reader may take, told by content. */
export const MEDIA = [
  'pdf', 'png', 'jpeg', 'tiff', 'webp', 'gif', 'bmp', 'heic',
  'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub',
  'doc', 'xls', 'ppt', 'other-office', 'other-workbook',
  'html', 'xml', 'json', 'csv', 'markdown', 'text', 'subtitles', 'asciidoc', 'latex', 'rtf', 'eml', 'msg',
] as const; // prettier-ignore

export type Media = (typeof MEDIA)[number];

export type DetectedMedia =
  | { readonly kind: 'known'; readonly media: Media }
  | { readonly kind: 'empty' }
  /** An office document that only its password opens; `package`: one that can be opened here, given the password. */
  | { readonly kind: 'protected'; readonly form: 'package' | 'old' }
  | {
      /** A document whose container cannot be opened. */
      readonly kind: 'broken';
      /** What is damaged, in words that can begin a sentence. */
      readonly description: string;
    }
  | {
      readonly kind: 'unsupported';
      /** What the file seems to be, in words that can stand in a sentence. */
      readonly description: string;
    };
