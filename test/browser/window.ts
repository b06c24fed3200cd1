import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { Network } from "./network";
import type { LocalPlatform } from "./platform";

/** The origin that the platform allows the page, wherever its port is in a test. */
const ORIGIN = "http://localhost:3001";
/** Nothing in these tests is slow, and a slow machine must not make them fail. */
const PATIENCE = 240_000;

/** Notes in the page every toast that it shows. */
function rememberToasts(): void {
  const note = () => {
    const shown = [...document.querySelectorAll("#toasts > p > span")].map((toast) => toast.textContent ?? "");
    const said = new Set([...(sessionStorage.getItem("toasts") ?? "").split("\n"), ...shown]);
    sessionStorage.setItem("toasts", [...said].join("\n"));
  };
  new MutationObserver(note).observe(document, { childList: true, subtree: true });
}

/** A window of a browser of its own, with a network of its own, that shows the page. */
export class Window {
  /** What the page's console says, and its errors. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly networks: { readonly gateway: Network; readonly api: Network },
  ) {}

  /** @param scripts what runs in the page before its own script */
  static async open(
    platform: LocalPlatform,
    options: Parameters<Browser["newContext"]>[0] = {},
    ...scripts: (() => void)[]
  ): Promise<Window> {
    const gateway = await Network.to(platform.gatewayPort);
    const api = await Network.to(platform.apiPort);
    const ways = [
      `MAP localhost:3001 127.0.0.1:${gateway.port}`,
      `MAP localhost:${platform.gatewayPort} 127.0.0.1:${gateway.port}`,
      `MAP localhost:${platform.apiPort} 127.0.0.1:${api.port}`,
    ];
    const browser = await chromium.launch({
      executablePath: process.env.TERRACE_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        // Chromium's sandbox needs what containers lack, and these pages are ours.
        "--no-sandbox",
        ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
        ...["--disable-background-networking", "--disable-component-update"],
        `--host-resolver-rules=${ways.join(",")}`,
      ],
    });
    const context = await browser.newContext({ locale: "en-GB", ...options });
    context.setDefaultTimeout(PATIENCE);
    for (const script of [rememberToasts, ...scripts]) await context.addInitScript(script);
    const page = await context.newPage();
    const window = new Window(browser, context, page, { gateway, api });
    page.on("console", (message) => {
      if (message.type() === "error") window.complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => window.complaints.push(message));
    await page.goto(`${ORIGIN}/`);
    return window;
  }

  async signIn(name: string): Promise<void> {
    await this.page.getByLabel("Sign in as").fill(name);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByText(`You are ${name}`).waitFor();
    await this.isLive();
  }

  /** Waits until the page listens. */
  async isLive(): Promise<void> {
    await this.page.locator('#state[data-state="open"]').waitFor();
  }

  /** Waits until the page knows that it does not. */
  async isNotLive(): Promise<void> {
    await this.page.locator('#state:not([data-state="open"])').waitFor();
  }

  async publish(title: string, content: string): Promise<void> {
    await this.page.getByLabel("Title").fill(title);
    await this.page.getByLabel("Text").fill(content);
    await this.page.getByRole("button", { name: "Publish" }).click();
    await this.post(title).waitFor();
  }

  /** The post with a title. */
  post(title: string) {
    return this.page.getByRole("article").filter({ has: this.page.getByRole("heading", { name: title, exact: true }) });
  }

  /** Waits until a toast says this, or has said it: on a slow machine it may be gone already. */
  async toast(text: string): Promise<void> {
    await this.page.waitForFunction((said) => sessionStorage.getItem("toasts")?.split("\n").includes(said), text);
  }

  /** Returns what the page's log says happened, the first first, once it says this. */
  async log(last: string): Promise<string[]> {
    await this.page.locator("#log").getByText(last).waitFor({ state: "attached" });
    const lines = await this.page
      .locator("#log > li")
      .evaluateAll((items) => items.map((item) => (item.lastChild?.textContent ?? "").trim()));
    return lines.reverse();
  }

  /** Does something and waits until a list was read, by which whatever was missed in it is known. */
  async reads(list: string, act: () => Promise<unknown>): Promise<void> {
    const read = this.page.waitForResponse((response) => new URL(response.url()).pathname === list);
    await act();
    await read;
  }

  /** Takes the network away. Nobody tells the WebSocket, which goes on to look open. */
  async goOffline(): Promise<void> {
    this.networks.gateway.goSilent();
    this.networks.api.cut();
    await this.context.setOffline(true);
  }

  async comeBack(): Promise<void> {
    for (const network of Object.values(this.networks)) network.comeBack();
    await this.context.setOffline(false);
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const network of Object.values(this.networks)) await network.stop();
  }
}
