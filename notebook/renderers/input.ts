import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { JsonValue } from '../document/nbformat.ts';
import { controls } from '../styles/controls.ts';
import { type InputData, type InputValue, mimeTypes } from '../worker/protocol.ts';
import { inputStyle } from './input-style.ts';
import { isObject, type Renderer } from './renderer.ts';

/** A control whose value the cell reads when it runs. */
export const renderInput: Renderer = {
  mimeType: mimeTypes.input,
  render(value, { inputs }) {
    const data = readInput(value);
    return data && html`<warp-input .data=${data} .entered=${inputs[data.label]}></warp-input>`;
  },
};

/** What the person entered; bubbles to the cell. */
export class InputEvent extends Event {
  constructor(
    readonly label: string,
    readonly value: InputValue,
  ) {
    super('warp-input', { bubbles: true, composed: true });
  }
}

function readInput(value: JsonValue): InputData | undefined {
  if (!isObject(value) || typeof value.label !== 'string') return undefined;
  if (value.kind === 'select' && Array.isArray(value.options)) {
    const options = value.options.filter(isObject).map((option) => ({
      value: String(option.value),
      label: String(option.label ?? option.value),
    }));
    return { kind: 'select', label: value.label, options, value: String(value.value) };
  }
  if (value.kind === 'files') {
    return {
      kind: 'files',
      label: value.label,
      accept: typeof value.accept === 'string' ? value.accept : '',
      multiple: value.multiple === true,
      value: Array.isArray(value.value) ? value.value.map(String) : [],
    };
  }
  return undefined;
}

@customElement('warp-input')
export class WarpInput extends LitElement {
  static override styles = [controls, inputStyle];

  @property({ attribute: false }) data: InputData | undefined;
  @property({ attribute: false }) entered: InputValue | undefined;
  @state() private dragging = false;

  override render(): TemplateResult | typeof nothing {
    if (!this.data) return nothing;
    return this.data.kind === 'select' ? this.renderSelect(this.data) : this.renderFiles(this.data);
  }

  private renderSelect(data: InputData & { kind: 'select' }) {
    const entered = data.options.find((option) => option.value === this.entered);
    const value = entered?.value ?? data.value;
    return html`<label class="field">
      <span>${data.label}</span>
      <select class="select" .value=${value} @change=${(event: Event) => this.enter((event.target as HTMLSelectElement).value)}>
        ${data.options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
      </select>
    </label>`;
  }

  private renderFiles(data: InputData & { kind: 'files' }) {
    const names = Array.isArray(this.entered) ? this.entered.map((file) => file.name) : data.value;
    return html`<div
      class="drop ${this.dragging ? 'dragging' : ''}"
      @dragenter=${this.onDrag}
      @dragover=${this.onDrag}
      @dragleave=${() => {
        this.dragging = false;
      }}
      @drop=${this.onDrop}
    >
      <label class="button">
        <input
          class="unseen"
          type="file"
          accept=${data.accept || nothing}
          ?multiple=${data.multiple}
          @change=${this.onChoose}
        />
        ${data.label}
      </label>
      <span class="hint">${names.length ? summary(names) : `or drop ${data.multiple ? 'files' : 'a file'} here`}</span>
    </div>`;
  }

  private onDrag(event: DragEvent) {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    this.dragging = true;
  }

  private onDrop(event: DragEvent) {
    const files = [...(event.dataTransfer?.files ?? [])];
    // Notebooks are the page's to open.
    if (files.length === 0 || files.some((file) => file.name.endsWith('.ipynb'))) return;
    event.preventDefault();
    event.stopPropagation();
    this.dragging = false;
    dispatchEvent(new Event('warp-drag-end'));
    this.enterFiles(files);
  }

  private onChoose(event: Event) {
    const input = event.target as HTMLInputElement;
    this.enterFiles([...(input.files ?? [])]);
    input.value = '';
  }

  private enterFiles(files: File[]) {
    if (files.length === 0 || this.data?.kind !== 'files') return;
    this.enter(this.data.multiple ? files : files.slice(0, 1));
  }

  private enter(value: InputValue) {
    if (!this.data) return;
    this.entered = value;
    this.dispatchEvent(new InputEvent(this.data.label, value));
  }
}

function summary(names: readonly string[]): string {
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-input': WarpInput;
  }
  interface HTMLElementEventMap {
    'warp-input': InputEvent;
  }
}
