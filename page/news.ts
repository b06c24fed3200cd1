import { find } from "./elements";

/** Milliseconds for which a toast is shown, unless the pointer or the focus is on one. */
const SHOWN = 10_000;
/** How many lines the log keeps. */
const KEPT = 50;

/** Tells what happened: in a toast, which goes by itself, and in the log, where it stays. */
export function tellNews(text: string): void {
  const toasts = find("div", "#toasts");
  const toast = document.createElement("p");
  const what = document.createElement("span");
  what.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.ariaLabel = "Close";
  close.addEventListener("click", () => toast.remove());
  toast.append(what, close);
  toasts.append(toast);
  const go = () => {
    if (toasts.matches(":hover, :focus-within")) setTimeout(go, SHOWN);
    else toast.remove();
  };
  setTimeout(go, SHOWN);

  const log = find("ol", "#log");
  const line = document.createElement("li");
  const time = document.createElement("time");
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = now.toLocaleTimeString();
  line.append(time, ` ${text}`);
  log.prepend(line);
  while (log.children.length > KEPT) log.lastElementChild?.remove();
}
