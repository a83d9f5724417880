import { expect, test } from 'vitest';
import { latexBlocks } from './reader.ts';

const read = (body: string, preamble = '') =>
  latexBlocks(`\\documentclass{article}${preamble}\\begin{document}${body}\\end{document}`, {
    annotateLinks: true,
  });
const lines = (body: string) =>
  read(body).map((block) => ('content' in block ? block.content.md : block.kind));

test('the title, sections and paragraphs', () => {
  const blocks = read(
    '\\maketitle\n\\section{One}\nText % not this\nmore.\n\nNext\n\\subsection*{Two}',
    '\\title{The \\emph{T}}\\author{A \\and B}',
  );
  expect(blocks.map((block) => ('content' in block ? block.content.md : block.kind))).toEqual([
    'The *T*',
    'A , B',
    'One',
    'Text more.',
    'Next',
    'Two',
  ]);
  expect(blocks[5]).toMatchObject({ kind: 'heading', level: 3 });
});

test('commands inside a line', () => {
  expect(
    lines(
      "\\textbf{b \\textit{bi}} ``q'' a--b 5\\,\\% \\'e\\\"{o} \\cite{k} \\href{https://example.com}{link}\\footnote{note} \\unknown{kept} $x_1$\\label{l}",
    ),
  ).toEqual(['**b** ***bi*** “q” a–b 5 % éö \\[k\\] [link](https://example.com) (note) kept $x_1$']);
});

test('lists, tables, formulas and code', () => {
  const blocks = read(
    '\\begin{itemize}\\item a\\begin{enumerate}\\item b\\end{enumerate}\\item[c] d\\end{itemize}' +
      '\\begin{table}\\begin{tabular}{|l|r|}\\hline A & B \\\\ \\multicolumn{2}{c}{wide} \\\\ 1 \\& 2 & 3\\end{tabular}\\caption{Cap}\\end{table}' +
      '\\begin{align}a &= b\\end{align}\\[c\\]\\begin{verbatim}\nx {\n\\end{verbatim}',
  );
  expect(blocks).toMatchObject([
    {
      kind: 'list',
      entries: [{ content: { text: 'a' }, lists: [{ ordered: true }] }, { content: { md: '**c** d' } }],
    },
    {
      kind: 'table',
      rows: [[{ md: 'A' }, { md: 'B' }], [{ md: 'wide', colSpan: 2 }], [{ md: '1 & 2' }, { md: '3' }]],
    },
    { content: { text: 'Cap' } },
    { content: { md: '$$a &= b$$' } },
    { content: { md: '$$c$$' } },
    { kind: 'code', value: 'x {' },
  ]);
});

test('damaged and hostile sources end', () => {
  expect(lines('\\textbf{open \\begin{itemize}\\item x')).toEqual(['**open**', 'list']);
  expect(read('{'.repeat(100_000)).length).toBeLessThan(2);
  expect(read('\\['.repeat(100_000)).length).toBeLessThan(2);
  expect(read('\\begin{a}'.repeat(5_000)).length).toBeLessThan(2);
});
