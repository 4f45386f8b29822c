/** A profile in tabs: the summary above, then timeline, kernels, roofline and memory. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { download } from '../../elements/download.ts';
import { type ProfileViewName, readProfileData } from '../../profile/read.ts';
import { describeClock, describeOverhead, describeStages, describeTotal } from '../../profile/summary.ts';
import { controls } from '../../styles/controls.ts';
import { kernelTokens } from './colours.ts';
import { exportFormats } from './exports.ts';
import './kernels.ts';
import './memory.ts';
import './roofline.ts';
import { profileStyle } from './style.ts';
import './timeline.ts';
import { viewStyle } from './view-style.ts';

/** The drawing of the value of a profile output; undefined where it is malformed. */
export function drawProfile(value: unknown): unknown {
  const data = readProfileData(value);
  return data && html`<warp-profile-view .profile=${data.profile} .only=${data.view}></warp-profile-view>`;
}

type TabName = Exclude<ProfileViewName, 'summary'>;

const tabs: Readonly<Record<TabName, string>> = {
  timeline: 'Timeline',
  kernels: 'Kernels',
  roofline: 'Roofline',
  memory: 'Memory',
};
const tabNames = Object.keys(tabs) as TabName[];

@customElement('warp-profile-view')
export class WarpProfileView extends LitElement {
  static override styles = [controls, profileStyle, viewStyle];

  @property({ attribute: false }) profile!: Profile;
  /** One view alone, or `summary` for all of them in tabs. */
  @property() only: ProfileViewName = 'summary';
  @state() private chosen: TabName = 'timeline';
  #tokens: ReadonlyMap<string, string> = new Map();

  override willUpdate(changes: Map<string, unknown>) {
    if (changes.has('profile')) this.#tokens = kernelTokens(this.profile);
  }

  override render() {
    const { only, chosen } = this;
    if (only !== 'summary') {
      return html`<section aria-label=${tabs[only]}>
        ${this.renderHead(tabs[only])}
        <div class="alone">${this.renderPanel(only)}</div>
      </section>`;
    }
    return html`<section aria-label="Profile">
      ${this.renderHead('Profile')}
      <div class="tabs" role="tablist" aria-label="Views of the profile" @keydown=${this.onTabKey}>
        ${tabNames.map(
          (name) => html`<button
            role="tab"
            id="tab-${name}"
            aria-selected=${name === chosen}
            aria-controls="panel"
            tabindex=${name === chosen ? 0 : -1}
            @click=${() => this.choose(name)}
          >
            ${tabs[name]}
          </button>`,
        )}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${chosen}">${this.renderPanel(chosen)}</div>
    </section>`;
  }

  private renderHead(title: string) {
    const { profile } = this;
    const sentences =
      this.only === 'summary' ? `${describeStages(profile)} ${describeOverhead(profile)}`.trim() : '';
    const facts: [string, string][] = [
      [profile.clock === 'cpu' ? 'Processor time' : 'GPU time', describeTotal(profile)],
      ['Dispatches', `${profile.dispatches.length}, each the median of ${profile.repeats}`],
      ['Device', profile.device],
      ['Clock', describeClock(profile)],
    ];
    return html`<header>
      <div class="heading">
        <h4>${title}</h4>
        <div class="exports" role="group" aria-label="Save the profile as a file">
          ${exportFormats.map(
            ({
              label,
              hint,
              file,
              mimeType,
              write,
            }) => html`<button class="button" title=${hint} @click=${() => download(write(profile), file, mimeType)}>
              <span class="arrow" aria-hidden="true">↓</span>${label}
            </button>`,
          )}
        </div>
      </div>
      <dl class="facts">
        ${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      </dl>
      ${sentences ? html`<p class="note">${sentences}</p>` : nothing}
    </header>`;
  }

  private renderPanel(name: TabName) {
    const { profile } = this;
    const tokens = this.#tokens;
    switch (name) {
      case 'timeline':
        return html`<warp-profile-timeline .profile=${profile} .tokens=${tokens}></warp-profile-timeline>`;
      case 'kernels':
        return html`<warp-profile-kernels .profile=${profile} .tokens=${tokens}></warp-profile-kernels>`;
      case 'roofline':
        return html`<warp-profile-roofline .profile=${profile} .tokens=${tokens}></warp-profile-roofline>`;
      case 'memory':
        return html`<warp-profile-memory .profile=${profile} .tokens=${tokens}></warp-profile-memory>`;
    }
  }

  private choose(name: TabName) {
    this.chosen = name;
  }

  /** The keys of the WAI-ARIA tabs pattern, choosing as the focus moves. */
  private async onTabKey(event: KeyboardEvent) {
    const index = tabNames.indexOf(this.chosen);
    const next = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: tabNames.length - 1,
    }[event.key];
    if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.choose(tabNames[(next + tabNames.length) % tabNames.length]!);
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile-view': WarpProfileView;
  }
}
