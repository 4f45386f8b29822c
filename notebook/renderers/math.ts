/**
 * Formulas between dollar signs, as Jupyter has them, drawn as MathML: the part of TeX that the notebooks use (scripts,
 * fractions, roots, Greek letters, operators, upright words). What is beyond it is shown as its source.
 */
import type { MarkedExtension, Tokens } from 'marked';

const symbols: Record<string, string> = {
  ...{ alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', varepsilon: 'ε', zeta: 'ζ', eta: 'η' },
  ...{
    theta: 'θ',
    lambda: 'λ',
    mu: 'μ',
    nu: 'ν',
    xi: 'ξ',
    pi: 'π',
    rho: 'ρ',
    sigma: 'σ',
    tau: 'τ',
    phi: 'φ',
  },
  ...{
    varphi: 'φ',
    chi: 'χ',
    psi: 'ψ',
    omega: 'ω',
    Gamma: 'Γ',
    Delta: 'Δ',
    Theta: 'Θ',
    Lambda: 'Λ',
    Sigma: 'Σ',
  },
  ...{ Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω', infty: '∞', partial: '∂', nabla: '∇', ell: 'ℓ', emptyset: '∅' },
};

const operators: Record<string, string> = {
  ...{ cdot: '·', times: '×', circ: '∘', odot: '⊙', oplus: '⊕', pm: '±', div: '÷', ast: '∗', to: '→' },
  ...{ sum: '∑', prod: '∏', int: '∫', le: '≤', leq: '≤', ge: '≥', geq: '≥', ne: '≠', neq: '≠', approx: '≈' },
  ...{ equiv: '≡', in: '∈', notin: '∉', subset: '⊂', cup: '∪', cap: '∩', mid: '∣', ldots: '…', dots: '…' },
  ...{
    cdots: '⋯',
    top: '⊤',
    sim: '∼',
    propto: '∝',
    rightarrow: '→',
    leftarrow: '←',
    mapsto: '↦',
    lVert: '‖',
  },
  ...{ rVert: '‖', lfloor: '⌊', rfloor: '⌋', lceil: '⌈', rceil: '⌉', '{': '{', '}': '}', '|': '‖', '%': '%' },
};

const words = new Set(['tanh', 'exp', 'log', 'ln', 'max', 'min', 'sin', 'cos', 'arg', 'softmax']);
const spaces: Record<string, string> = {
  ',': '0.17em',
  ';': '0.28em',
  ':': '0.22em',
  ' ': '0.3em',
  quad: '1em',
  qquad: '2em',
};

class UnknownTex extends Error {}

/** The MathML of a formula; undefined when it uses TeX that is not known here. */
export function texToMathml(tex: string, display: boolean): string | undefined {
  try {
    const reader = new TexReader(tex);
    const body = reader.row(false);
    return `<math${display ? ' display="block"' : ''}><mrow>${body}</mrow></math>`;
  } catch (error) {
    if (error instanceof UnknownTex) return undefined;
    throw error;
  }
}

class TexReader {
  readonly #tokens: string[];
  #position = 0;

  constructor(tex: string) {
    this.#tokens = tex.match(/\\(?:[a-zA-Z]+|.)|[0-9]+(?:\.[0-9]+)?|\s+|./gsu) ?? [];
  }

  /** Everything up to the end, or up to the closing brace of a group. */
  row(group: boolean): string {
    let result = '';
    for (;;) {
      this.#skipSpace();
      const token = this.#tokens[this.#position];
      if (token === undefined) {
        if (group) throw new UnknownTex('A brace is not closed.');
        return result;
      }
      if (token === '}') {
        if (!group) throw new UnknownTex('A brace closes nothing.');
        this.#position++;
        return result;
      }
      result += this.#scripted();
    }
  }

  #skipSpace(): void {
    while (/^\s+$/.test(this.#tokens[this.#position] ?? '')) this.#position++;
  }

  /** An atom with what stands below and above it. */
  #scripted(): string {
    const above = /^\\(sum|prod|max|min)$/.test(this.#tokens[this.#position] ?? '');
    const base = this.#atom();
    let lower: string | undefined;
    let upper: string | undefined;
    for (;;) {
      this.#skipSpace();
      const token = this.#tokens[this.#position];
      if (token === '_' && lower === undefined) {
        this.#position++;
        lower = this.#atom();
      } else if (token === '^' && upper === undefined) {
        this.#position++;
        upper = this.#atom();
      } else if (token === "'" && upper === undefined) {
        this.#position++;
        upper = '<mo>′</mo>';
      } else {
        break;
      }
    }
    const [under, over, both] = above ? ['munder', 'mover', 'munderover'] : ['msub', 'msup', 'msubsup'];
    if (lower !== undefined && upper !== undefined) return `<${both}>${base}${lower}${upper}</${both}>`;
    if (lower !== undefined) return `<${under}>${base}${lower}</${under}>`;
    if (upper !== undefined) return `<${over}>${base}${upper}</${over}>`;
    return base;
  }

  #atom(): string {
    this.#skipSpace();
    const token = this.#tokens[this.#position++];
    if (token === undefined || token === '}' || token === '_' || token === '^' || token === '&') {
      throw new UnknownTex(`${token ?? 'The end'} stands where a symbol should.`);
    }
    if (token === '{') return `<mrow>${this.row(true)}</mrow>`;
    if (token.startsWith('\\')) return this.#command(token.slice(1));
    if (/^[0-9]/.test(token)) return `<mn>${token}</mn>`;
    if (/^\p{L}$/u.test(token)) return `<mi>${token}</mi>`;
    return `<mo>${escapeMarkup(token === '-' ? '−' : token)}</mo>`;
  }

  #command(name: string): string {
    if (Object.hasOwn(symbols, name)) return `<mi>${symbols[name]}</mi>`;
    if (Object.hasOwn(operators, name)) return `<mo>${escapeMarkup(operators[name]!)}</mo>`;
    if (words.has(name)) return `<mi>${name}</mi>`;
    if (Object.hasOwn(spaces, name)) return `<mspace width="${spaces[name]}"></mspace>`;
    switch (name) {
      case 'frac':
        return `<mfrac>${this.#atom()}${this.#atom()}</mfrac>`;
      case 'sqrt':
        return `<msqrt>${this.#atom()}</msqrt>`;
      case 'hat':
        return `<mover>${this.#atom()}<mo>^</mo></mover>`;
      case 'bar':
        return `<mover>${this.#atom()}<mo>¯</mo></mover>`;
      case 'text':
      case 'mathrm':
      case 'operatorname':
        return `<mtext>${this.#rawGroup()}</mtext>`;
      case 'mathbf':
      case 'boldsymbol':
        return `<mrow style="font-weight: bold">${this.#atom()}</mrow>`;
      case 'left':
      case 'right': {
        const bracket = this.#tokens[this.#position++];
        return bracket === '.'
          ? ''
          : `<mo>${escapeMarkup(bracket === undefined ? '' : bracket.replace(/^\\/, ''))}</mo>`;
      }
      default:
        throw new UnknownTex(`\\${name} is not known.`);
    }
  }

  /** The text of a group as it stands. */
  #rawGroup(): string {
    if (this.#tokens[this.#position++] !== '{') throw new UnknownTex('A group is missing.');
    let text = '';
    for (;;) {
      const token = this.#tokens[this.#position++];
      if (token === undefined || token === '{') throw new UnknownTex('A group is not closed.');
      if (token === '}') return escapeMarkup(text);
      text += token;
    }
  }
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function render(token: Tokens.Generic, display: boolean): string {
  const tex = String(token.tex);
  return texToMathml(tex, display) ?? `<code>${escapeMarkup(tex)}</code>`;
}

/** For Marked: `$…$` within a line, `$$…$$` as a paragraph. A dollar sign beside a blank is a dollar sign. */
export const mathExtension: MarkedExtension = {
  extensions: [
    {
      name: 'displayMath',
      level: 'block',
      start: (source) => source.match(/^\$\$/m)?.index,
      tokenizer(source) {
        const match = /^\$\$([^$]+?)\$\$(?:\n|$)/.exec(source);
        return match ? { type: 'displayMath', raw: match[0], tex: match[1] } : undefined;
      },
      renderer: (token) => `<p>${render(token, true)}</p>`,
    },
    {
      name: 'inlineMath',
      level: 'inline',
      start: (source) => source.match(/\$/)?.index,
      tokenizer(source) {
        const match = /^\$(?![\s$])((?:\\.|[^$\\\n])*?)(?<!\s)\$(?!\d)/.exec(source);
        return match?.[1] ? { type: 'inlineMath', raw: match[0], tex: match[1] } : undefined;
      },
      renderer: (token) => render(token, false),
    },
  ],
};
