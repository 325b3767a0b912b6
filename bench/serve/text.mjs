// A page of 1 kB, made in each request: what is measured is the way to the handler and back.

const line = `${"A line of the page. ".repeat(3)}\n`;

/** @param {string} name shown on the page */
export function page(name) {
  return `<!DOCTYPE html><title>${name}</title>\n${line.repeat(20)}`.slice(0, 1024);
}
