/** A profile's place in a cell's output. What draws it is a chunk of its own, fetched with the first profile. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { JsonValue } from '../../document/nbformat.ts';
import { mimeTypes } from '../../worker/protocol.ts';
import { isObject, plainText, type Renderer } from '../renderer.ts';

export const renderProfile: Renderer = {
  mimeType: mimeTypes.profile,
  render(value, { bundle }) {
    if (!isObject(value) || !isObject(value.profile)) return undefined;
    return html`<warp-profile .value=${value} .fallback=${plainText(bundle)}></warp-profile>`;
  },
};

/** Shows the views of a profile, or the output's plain text where the profile is malformed. */
@customElement('warp-profile')
export class WarpProfile extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-height: 60px;
    }
    p {
      margin: 0 0 var(--space-2);
      color: var(--danger);
      font-size: var(--text-note);
    }
    pre {
      margin: 0;
      overflow-x: auto;
      font: var(--text-code) / 1.5 var(--font-code);
      white-space: pre-wrap;
    }
  `;

  @property({ attribute: false }) value: JsonValue = null;
  @property() fallback = '';
  @state() private drawing: unknown = nothing;

  override render() {
    return this.drawing;
  }

  override willUpdate(changes: Map<string, unknown>) {
    if (changes.has('value')) void this.draw(this.value);
  }

  private async draw(value: JsonValue) {
    try {
      const { drawProfile } = await import('./view.ts');
      if (value !== this.value) return;
      this.drawing = drawProfile(value) ?? this.text('This profile is malformed; here is its text.');
    } catch (error) {
      if (value !== this.value) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.drawing = this.text(`The profile could not be drawn: ${reason}`);
    }
  }

  private text(problem: string) {
    return html`<p>${problem}</p><pre>${this.fallback}</pre>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile': WarpProfile;
  }
}
