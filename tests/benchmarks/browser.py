"""A phone in Chromium, with what it loads and when it paints told by the browser itself."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

PHONE = {"width": 412, "height": 823}
# What Chromium would do for somebody who looks at its own window: the two lists that drop from its
# address bar are pages too, and take longer to open than ours. This list replaces Playwright’s own,
# so the rest is what stands there.
NOT_WANTED = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(NOT_WANTED)}",
]

# Runs before the page's own script and only listens.
_WATCH = """
window.watched = {paint: 0, shift: 0, tasks: [], pressed: 0, seen: 0};
const watch = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each))
  .observe({type, buffered: true});
watch("largest-contentful-paint", (entry) => { watched.paint = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) watched.shift += entry.value; });
watch("longtask", (entry) => watched.tasks.push([entry.startTime, entry.duration]));
addEventListener("click", (event) => {
  if (event.target.closest("button")) watched.pressed = event.timeStamp;
}, true);
new MutationObserver(() => {
  if (watched.seen || !document.getElementById("feedback")) return;
  watched.seen = -1;
  requestAnimationFrame(() => setTimeout(() => { watched.seen = performance.now(); }));
}).observe(document, {childList: true, subtree: true});
"""


@dataclass(frozen=True)
class Line:
    """A network and a processor: seconds of delay on each request, bits a second, how many times
    slower than this machine."""

    name: str
    delay: float = 0
    down: float = 0
    up: float = 0
    slower: int = 1


FREE = Line("unthrottled")
SLOW_PHONE = Line("slow phone", delay=0.562, down=1_500_000, up=700_000, slower=4)
WEAK_SIGNAL = Line("400 ms, 400 kbit/s", delay=0.4, down=400_000, up=400_000)


@dataclass(frozen=True)
class Loaded:
    """One request that went over the wire."""

    url: str
    kind: str
    bytes: int


@dataclass
class Phone:
    """A page in a browser that has seen nothing yet, and what goes over the wire for it."""

    page: Page
    cdp: CDPSession
    loaded: list[Loaded] = field(default_factory=list)
    _begun: dict[str, tuple[str, str]] = field(default_factory=dict)
    _cached: set[str] = field(default_factory=set)

    def listen(self) -> None:
        self.cdp.send("Network.enable")
        self.cdp.on("Network.requestServedFromCache", self._served_from_cache)
        self.cdp.on("Network.responseReceived", self._received)
        self.cdp.on("Network.loadingFinished", self._finished)

    def _served_from_cache(self, event: dict[str, Any]) -> None:
        self._cached.add(event["requestId"])

    def _received(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("fromDiskCache") or response["url"].startswith("data:"):
            self._cached.add(event["requestId"])
        self._begun[event["requestId"]] = (response["url"], event["type"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._cached or event["requestId"] not in self._begun:
            return
        url, kind = self._begun[event["requestId"]]
        self.loaded.append(Loaded(url, kind, int(event["encodedDataLength"])))

    def throttle(self, line: Line) -> None:
        self.cdp.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": line.delay * 1000,
                "downloadThroughput": line.down / 8 if line.down else -1,
                "uploadThroughput": line.up / 8 if line.up else -1,
            },
        )
        self.cdp.send("Emulation.setCPUThrottlingRate", {"rate": line.slower})

    def open(self, address: str) -> list[Loaded]:
        """Go to a page, wait until it rests, and return what went over the wire for it."""
        del self.loaded[:]
        self.page.goto(address, wait_until="networkidle")
        return list(self.loaded)

    def watched(self) -> dict[str, Any]:
        """What the page's watch has seen: milliseconds since the navigation began, and shifts."""
        found: dict[str, Any] = self.page.evaluate("watched")
        return found

    def watched_until(self, what: str, *, seconds: float = 10) -> dict[str, Any]:
        """The same, once this has been seen. The browser tells of a frame only after it."""
        until = time.monotonic() + seconds
        while (found := self.watched())[what] <= 0:
            assert time.monotonic() < until, f"no {what} within {seconds} s"
            self.page.wait_for_timeout(20)
        return found

    def ready_after(self) -> float:
        """Milliseconds until the page was painted and its scripts had run."""
        scripts = self.page.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        )
        return max(float(scripts), float(self.watched()["paint"]))

    def blocked(self) -> float:
        """Milliseconds in which a tap would have had to wait: what tasks took beyond 50 ms each."""
        return float(sum(max(0, length - 50) for _, length in self.watched()["tasks"]))


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def phone(
    browser: Browser, address: str, cookies: dict[str, str] | None = None, line: Line = FREE
) -> Iterator[Phone]:
    """A phone with an empty cache and, where cookies are given, the learner they belong to."""
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    try:
        for name, value in (cookies or {}).items():
            context.add_cookies([{"name": name, "value": value, "url": address}])
        context.add_init_script(_WATCH)
        page = context.new_page()
        handset = Phone(page, context.new_cdp_session(page))
        handset.listen()
        handset.throttle(line)
        yield handset
    finally:
        context.close()
