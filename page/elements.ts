/** Returns the element that a selector names. @throws Error if there is none, which the page's own document never lacks */
export function find<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  selector: string,
  within: ParentNode = document,
): HTMLElementTagNameMap[Name] {
  const found = within.querySelector<HTMLElementTagNameMap[Name]>(`${name}${selector}`);
  if (!found) throw new Error(`There is no ${name}${selector}.`);
  return found;
}

/** Makes a list's item from a template. */
export function fromTemplate(id: string): HTMLLIElement {
  const copy = document.importNode(find("template", `#${id}`).content, true);
  return find("li", "", copy);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Sends a form and empties it once `send` is done; if that fails, the text stays and the form says why. */
export function onSubmit(form: HTMLFormElement, send: (fields: FormData) => Promise<unknown>): void {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector(".error");
    const button = find("button", "", form);
    button.disabled = true;
    if (error) error.textContent = "";
    try {
      await send(new FormData(form));
      form.reset();
    } catch (reason) {
      if (error) error.textContent = messageOf(reason);
    } finally {
      button.disabled = false;
    }
  });
}
