import { Marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { mathExtension, texToMathml } from '../../notebook/renderers/math.ts';

describe('formulas', () => {
  const inside = (tex: string) => texToMathml(tex, false)?.replace(/^<math><mrow>|<\/mrow><\/math>$/g, '');

  it('draws letters, numbers, operators and scripts', () => {
    expect(inside('x_i^2 - 1.5')).toBe(
      '<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup><mo>−</mo><mn>1.5</mn>',
    );
    expect(inside('e_m = q^\\top x(m)')).toContain('<msup><mi>q</mi><mo>⊤</mo></msup>');
  });

  it('draws sums with limits, fractions and upright words', () => {
    expect(inside('\\sum_{m=1}^M')).toBe(
      '<munderover><mo>∑</mo><mrow><mi>m</mi><mo>=</mo><mn>1</mn></mrow><mi>M</mi></munderover>',
    );
    expect(inside('\\frac{a}{b}')).toBe('<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>');
    expect(inside('\\text{a < b}')).toBe('<mtext>a &lt; b</mtext>');
  });

  it('refuses what it does not know, or what is not closed', () => {
    for (const tex of ['\\unknown', '{a', 'a}', 'x_', '\\begin{matrix}'])
      expect(texToMathml(tex, false)).toBeUndefined();
  });

  it('leaves amounts of money alone, and shows unknown formulas as their source', () => {
    const marked = new Marked(mathExtension);
    expect(marked.parse('It costs $5 or $6.')).toBe('<p>It costs $5 or $6.</p>\n');
    expect(marked.parse('`$a$` and \\$a$')).not.toContain('<math>');
    expect(marked.parse('of $M$ photos')).toBe('<p>of <math><mrow><mi>M</mi></mrow></math> photos</p>\n');
    expect(marked.parse('$\\unknown<b>$')).toBe('<p><code>\\unknown&lt;b&gt;</code></p>\n');
    expect(marked.parse('$$\nx\n$$')).toContain('<math display="block">');
  });
});
