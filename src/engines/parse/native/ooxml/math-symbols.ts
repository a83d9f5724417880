/** LaTeX commands for signs that formulas use. */
const COMMANDS: Readonly<Record<string, string>> = {
  α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'varepsilon', ϵ: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta',
  ϑ: 'vartheta', ι: 'iota', κ: 'kappa', λ: 'lambda', μ: 'mu', ν: 'nu', ξ: 'xi', π: 'pi', ϖ: 'varpi', ρ: 'rho',
  ϱ: 'varrho', σ: 'sigma', ς: 'varsigma', τ: 'tau', υ: 'upsilon', φ: 'varphi', ϕ: 'phi', χ: 'chi', ψ: 'psi',
  ω: 'omega', Γ: 'Gamma', Δ: 'Delta', Θ: 'Theta', Λ: 'Lambda', Ξ: 'Xi', Π: 'Pi', Σ: 'Sigma', Υ: 'Upsilon',
  Φ: 'Phi', Ψ: 'Psi', Ω: 'Omega', '∞': 'infty', '∂': 'partial', '∇': 'nabla', '±': 'pm', '∓': 'mp', '×': 'times',
  '÷': 'div', '⋅': 'cdot', '·': 'cdot', '∙': 'cdot', '∗': 'ast', '≤': 'le', '≥': 'ge', '≠': 'ne', '≈': 'approx',
  '≡': 'equiv', '≅': 'cong', '∼': 'sim', '∝': 'propto', '≪': 'll', '≫': 'gg', '→': 'to', '←': 'leftarrow',
  '↔': 'leftrightarrow', '⇒': 'Rightarrow', '⇐': 'Leftarrow', '⇔': 'Leftrightarrow', '↦': 'mapsto', '∈': 'in',
  '∉': 'notin', '∋': 'ni', '⊂': 'subset', '⊃': 'supset', '⊆': 'subseteq', '⊇': 'supseteq', '∪': 'cup', '∩': 'cap',
  '∅': 'emptyset', '∀': 'forall', '∃': 'exists', '¬': 'neg', '∧': 'wedge', '∨': 'vee', '⊕': 'oplus', '⊗': 'otimes',
  '⊥': 'perp', '∥': 'parallel', '∠': 'angle', '…': 'ldots', '⋯': 'cdots', '⋮': 'vdots', '⋱': 'ddots', '∑': 'sum',
  '∏': 'prod', '∐': 'coprod', '∫': 'int', '∬': 'iint', '∭': 'iiint', '∮': 'oint', '⋃': 'bigcup', '⋂': 'bigcap',
  '⋁': 'bigvee', '⋀': 'bigwedge', '√': 'surd', '′': 'prime', 'ℏ': 'hbar', 'ℓ': 'ell', 'ℝ': 'mathbb{R}',
  'ℕ': 'mathbb{N}', 'ℤ': 'mathbb{Z}', 'ℚ': 'mathbb{Q}', 'ℂ': 'mathbb{C}', '⟨': 'langle', '⟩': 'rangle',
  '〈': 'langle', '〉': 'rangle', '⌊': 'lfloor', '⌋': 'rfloor', '⌈': 'lceil', '⌉': 'rceil', '‖': 'Vert',
  '\\': 'backslash', '∘': 'circ', '⋆': 'star', '∴': 'therefore', '∵': 'because',
}; // prettier-ignore

const ACCENTS: Readonly<Record<string, string>> = {
  '\u0300': 'grave', '\u0301': 'acute', '\u0302': 'hat', '\u0303': 'tilde', '\u0304': 'bar', '\u0305': 'overline',
  '\u0306': 'breve', '\u0307': 'dot', '\u0308': 'ddot', '\u20db': 'dddot', '\u030c': 'check', '\u20d7': 'vec',
  '\u20d6': 'overleftarrow', '\u20e1': 'overleftrightarrow', '^': 'hat', '~': 'tilde', '¯': 'bar', '→': 'vec',
}; // prettier-ignore

const FUNCTIONS = new Set([
  'sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan', 'sinh', 'cosh', 'tanh', 'coth', 'log', 'ln',
  'lg', 'exp', 'lim', 'max', 'min', 'sup', 'inf', 'det', 'dim', 'ker', 'gcd', 'arg', 'deg', 'hom', 'limsup', 'liminf',
  'Pr',
]); // prettier-ignore

/** A formula's text as LaTeX. Letters of the mathematical alphabets are plain letters, as LaTeX sets them itself. */
export function mathText(text: string): string {
  let latex = '';
  for (const sign of text.normalize('NFKC') === text ? text : foldAlphabets(text)) {
    const command = COMMANDS[sign];
    // A command swallows the blank behind it and must not run into the letter behind it.
    if (command !== undefined) latex += `\\${command} `;
    else latex += /[#$%&_{}]/.test(sign) ? `\\${sign}` : sign;
  }
  return latex;
}

/** 𝑥 becomes x; signs that normalising would spell out (… ′ ∬) stay. */
function foldAlphabets(text: string): string {
  return text.replaceAll(/[\u{1d400}-\u{1d7ff}\u210e]/gu, (sign) => sign.normalize('NFKC'));
}

/** @returns the LaTeX of an accent over its base */
export function accentCommand(sign: string): string {
  return `\\${ACCENTS[sign] ?? 'hat'}`;
}

export function operatorCommand(sign: string): string {
  const command = COMMANDS[sign];
  return command === undefined ? mathText(sign) : `\\${command}`;
}

/** The name of a function: `\sin`, or in upright letters when LaTeX does not know it. */
export function functionName(name: string): string {
  if (FUNCTIONS.has(name)) return `\\${name}`;
  return /^\p{L}{2,}$/u.test(name) ? `\\operatorname{${name}}` : name;
}

/** A delimiter behind `\left` or `\right`; none is a point. */
export function delimiter(sign: string): string {
  if (sign === '') return '.';
  if (sign === '{' || sign === '}') return `\\${sign}`;
  return operatorCommand(sign);
}
