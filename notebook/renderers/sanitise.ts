/** Saved HTML and Markdown come from strangers: what is shown of them can neither run script nor leave its cell. */
import DOMPurify, { type Config } from 'dompurify';

const configuration = {
  // Style sheets and forms of a document would speak for the page; frames and media would call elsewhere.
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'button',
    'textarea',
    'select',
    'iframe',
    'video',
    'audio',
    'dialog',
  ],
  FORBID_ATTR: ['action', 'formaction', 'popover', 'popovertarget', 'ping'],
  ALLOW_DATA_ATTR: false,
  // Custom elements would be those of the page itself.
  CUSTOM_ELEMENT_HANDLING: {
    tagNameCheck: null,
    attributeNameCheck: null,
    allowCustomizedBuiltInElements: false,
  },
  RETURN_DOM_FRAGMENT: true,
} satisfies Config;

/** An element of class `prose` with `markup` in it, less all that runs, submits, or styles what is outside. */
export function sanitise(markup: string): HTMLElement {
  const fragment = DOMPurify.sanitize(markup, configuration);
  for (const link of fragment.querySelectorAll('a[href]')) {
    if (link.getAttribute('href')?.startsWith('#')) continue;
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  const container = document.createElement('div');
  container.className = 'prose';
  container.append(fragment);
  return container;
}
