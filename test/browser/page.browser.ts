/** The page at `/` of the local cloud, in windows of Chromium: what one does the others show, once, whatever happens. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { LocalPlatform } from "./platform";
import { Window } from "./window";

const data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-browser-"));
const platform = new LocalPlatform(data);
const windows: Window[] = [];
beforeAll(() => platform.start());
afterEach(async () => {
  for (const window of windows.splice(0)) await window.close();
});
afterAll(async () => {
  await platform.stop();
  fs.rmSync(data, { recursive: true });
});

/** Opens a window with someone in it. */
async function someone(name: string, options: Parameters<typeof Window.open>[1] = {}): Promise<Window> {
  const window = await Window.open(platform, options);
  windows.push(window);
  await window.signIn(name);
  return window;
}

test("what one writes arrives in another window as a toast, once, and nothing goes wrong on the way", async () => {
  const [ann, ben] = await Promise.all([someone("ann"), someone("ben")]);
  await ann.publish("Two windows", "Hello");
  await ben.toast("ann published “Two windows”");
  const post = ben.post("Two windows");
  await post.getByText("Comments").click();
  await post.getByLabel("Your comment").fill("Hello back");
  await post.getByRole("button", { name: "Comment", exact: true }).click();
  await post.getByRole("listitem").getByText("Hello back").waitFor();
  await ann.toast("ben commented on “Two windows”: Hello back");
  await post.getByRole("button", { name: "Favorite, of 0" }).click();
  await ann.post("Two windows").getByRole("button", { name: "Favorite, of 1" }).waitFor();
  await ann.post("Two windows").getByRole("button", { name: "Delete" }).first().click();
  await post.waitFor({ state: "detached" });
  expect(await ann.log("“Two windows” was deleted")).toEqual([
    "You published “Two windows”",
    "ben commented on “Two windows”: Hello back",
    "“Two windows” was deleted",
  ]);
  expect(await ben.log("“Two windows” was deleted")).toEqual([
    "ann published “Two windows”",
    "You commented on “Two windows”: Hello back",
    "“Two windows” was deleted",
  ]);
  expect([...ann.complaints, ...ben.complaints]).toEqual([]);
});

test("after a restart of the platform nothing is lost and nothing told twice", async () => {
  const ben = await someone("ben");
  await platform.ask("ann", "POST", "/posts", { title: "Before", content: "Hello" });
  await ben.toast("ann published “Before”");
  await platform.stop();
  await ben.isNotLive();
  await platform.start();
  const { id } = await platform.ask("ann", "POST", "/posts", { title: "Between", content: "Hello" });
  await platform.ask("ann", "PUT", `/posts/${id}`, { title: "Between, changed", content: "Hello" });
  await ben.reads("/api/v1/posts", () => ben.isLive());
  await platform.ask("ann", "POST", "/posts", { title: "After", content: "Hello" });
  const lines = await ben.log("ann published “After”");
  // Whether the change is told by itself depends on whether the page was back before it.
  expect(
    lines.filter((line) => line !== "ann published “Between”" && line !== "ann changed “Between, changed”"),
  ).toEqual([
    "ann published “Before”",
    ...lines.filter((line) => line === "ann published “Between, changed”"),
    "ann published “After”",
  ]);
  expect(new Set(lines).size).toBe(lines.length);
  await ben.post("Between, changed").waitFor();
});

test("what happened while a window was offline for a while is told when it is back, deletions included", async () => {
  const gone = await platform.ask("ann", "POST", "/posts", { title: "Goes", content: "Hello" });
  const stays = await platform.ask("ann", "POST", "/posts", { title: "Stays", content: "Hello" });
  const ben = await someone("ben");
  await ben.reads(`/api/v1/posts/${stays.id}/comments`, () => ben.post("Stays").getByText("Comments").click());
  await ben.goOffline();
  await platform.ask("ann", "POST", `/posts/${stays.id}/comments`, { content: "Are you there?" });
  await platform.ask("ann", "POST", "/posts", { title: "Missed", content: "Hello" });
  await platform.ask("ann", "DELETE", `/posts/${gone.id}`);
  await ben.comeBack();
  await ben.toast("ann published “Missed”");
  await ben.toast("ann commented on “Stays”: Are you there?");
  await ben.post("Goes").waitFor({ state: "detached" });
  await platform.ask("ann", "POST", "/posts", { title: "The end", content: "Hello" });
  expect((await ben.log("ann published “The end”")).sort()).toEqual([
    "ann commented on “Stays”: Are you there?",
    "ann published “Missed”",
    "ann published “The end”",
    "“Goes” was deleted",
  ]);
});

/** Lets toasts stay: Tab may take longer to get to them than they are shown. */
function keepToasts(): void {
  const after = window.setTimeout.bind(window);
  window.setTimeout = ((call: () => void, wait?: number) =>
    wait === 10_000 ? 0 : after(call, wait)) as typeof setTimeout;
}

test("everything can be done with the keyboard, and the focus is seen where it is", async () => {
  const window = await Window.open(platform, {}, keepToasts);
  windows.push(window);
  const { keyboard } = window.page;
  /** Goes on with Tab until this has the focus. */
  const tabTo = async (name: RegExp) => {
    for (let times = 0; times < 50; times++) {
      await keyboard.press("Tab");
      const focused = window.page.locator(":focus");
      const [label = ""] = await focused.evaluateAll((elements) =>
        elements.map((element) => {
          const labels =
            element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : [];
          return element.ariaLabel ?? labels?.[0]?.textContent?.trim() ?? element.textContent?.trim() ?? "";
        }),
      );
      if (!name.test(label)) continue;
      expect(await focused.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe("solid");
      return;
    }
    throw new Error(`Tab never gets to ${name}.`);
  };
  await tabTo(/^Skip to the posts$/);
  await tabTo(/^Sign in as$/);
  await keyboard.type("kim");
  await keyboard.press("Enter");
  await window.page.getByText("You are kim").waitFor();
  // Whoever signed in writes next.
  await keyboard.type("By hand");
  await tabTo(/^Text$/);
  await keyboard.type("Without a mouse");
  await tabTo(/^Publish$/);
  await keyboard.press("Space");
  await window.post("By hand").waitFor();
  await tabTo(/^Comments$/);
  await keyboard.press("Enter");
  await tabTo(/^Your comment$/);
  await keyboard.type("Nor here");
  await tabTo(/^Comment$/);
  await keyboard.press("Enter");
  await window.post("By hand").getByText("Nor here").waitFor();
  await tabTo(/^Close$/);
  const toasts = window.page.locator("#toasts > p");
  const before = await toasts.count();
  await keyboard.press("Enter");
  expect(await toasts.count()).toBe(before - 1);
});

test.each(["light", "dark"] as const)(
  "in %s colors every text has a contrast of 4.5, and motion can be had reduced",
  async (colorScheme) => {
    await platform.ask("ann", "POST", "/posts", { title: `In ${colorScheme}`, content: "Hello" });
    const ben = await someone("ben", { colorScheme, reducedMotion: "reduce" });
    await ben.post(`In ${colorScheme}`).getByText("Comments").click();
    await ben.publish(`${colorScheme} too`, "Hello");
    await ben.toast(`You published “${colorScheme} too”`);
    const texts = await ben.page.evaluate(() => {
      const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (color: string) => {
        const [red = 0, green = 0, blue = 0] = channels(color).map((channel) => {
          const part = channel / 255;
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const ground = (element: Element): string => {
        const { backgroundColor } = getComputedStyle(element);
        return channels(backgroundColor)[3] === 0 && element.parentElement
          ? ground(element.parentElement)
          : backgroundColor;
      };
      const hasText = (element: Element) =>
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      return [...document.body.querySelectorAll("*")].filter(hasText).map((element) => {
        const [one = 0, other = 0] = [getComputedStyle(element).color, ground(element)]
          .map(luminance)
          .sort((a, b) => b - a);
        return { text: element.textContent?.trim() ?? "", contrast: (one + 0.05) / (other + 0.05) };
      });
    });
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    // Of the next toast, since those before may be gone.
    await ben.publish(`${colorScheme} once more`, "Hello");
    const toast = ben.page.locator("#toasts > p").last();
    expect(await toast.evaluate((shown) => getComputedStyle(shown).animationName)).toBe("none");
    const pictures = process.env.TERRACE_PICTURES;
    if (pictures) await ben.page.screenshot({ path: path.join(pictures, `page-${colorScheme}.png`) });
  },
);
