import { html, type TemplateResult } from 'lit';
import type { Connection } from '../state/connection.ts';
import type { Library } from '../state/library.ts';
import type { NotebookModel } from '../state/notebook-model.ts';
import { currentTheme } from '../state/theme.ts';
import './badge.ts';
import type { CommandId } from './commands.ts';
import { icon, mark } from './icons.ts';
import './toolbar.ts';
import type { CommandEvent } from './toolbar.ts';

export interface Header {
  notebook: NotebookModel;
  connection: Connection;
  library: Library;
  busy: boolean;
  command(id: CommandId): void;
  /** Changes between light and dark. */
  theme(): void;
}

/** What stands above the cells and stays there: name, engine, colours, toolbar. */
export function drawHeader({ notebook, connection, library, busy, command, theme }: Header): TemplateResult {
  const other = currentTheme() === 'dark' ? 'light' : 'dark';
  const colours = other === 'light' ? 'Light colours' : 'Dark colours';
  return html`<header class="top">
    <div class="bar">
      <span class="brand">${mark()}<span class="product">Warpbook</span></span>
      <input
        class="name"
        aria-label="Name of the notebook"
        .value=${notebook.name}
        spellcheck="false"
        @change=${(event: Event) => library.rename((event.target as HTMLInputElement).value)}
      />
      <span class="space"></span>
      <warp-badge .connection=${connection} .busy=${busy}></warp-badge>
      <button class="button quiet icon theme" aria-label=${colours} title=${colours} @click=${theme}>${icon(other)}</button>
    </div>
    <div class="bar">
      <warp-toolbar
        .busy=${busy}
        .cellKind=${notebook.selected?.kind ?? 'code'}
        .revertible=${library.origin === 'shipped'}
        @warp-command=${(event: CommandEvent) => command(event.command)}
      ></warp-toolbar>
    </div>
  </header>`;
}
