// Enhancements only: every page works without this file.
(() => {
  const one = (selector) => document.querySelector(selector);

  // "/" opens the search, unless someone is typing. The button itself needs no script.
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const panel = one("#search");
    if (!panel || !panel.showPopover) return;
    event.preventDefault();
    panel.showPopover();
  });

  const copy = one("[data-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.classList.add("is-done");
      one("[data-said]").textContent = copy.dataset.done;
    });
  }

  const share = one("[data-share]");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () =>
      navigator.share({ title: document.title, url: share.dataset.share }).catch(() => {})
    );
  }

  // A story opens over the page; its player is loaded by the tap, not before. Without this its link leads there.
  addEventListener("click", (event) => {
    const tale = event.target.closest("a.tale");
    if (!tale || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const stage = document.createElement("dialog");
    const player = document.createElement("iframe");
    if (!stage.showModal) return;
    event.preventDefault();
    stage.className = "stage";
    stage.setAttribute("aria-label", tale.textContent.trim());
    player.title = tale.textContent.trim();
    player.src = tale.href;
    stage.append(player);
    stage.addEventListener("close", () => (stage.remove(), tale.focus()));
    document.body.append(stage);
    stage.showModal();
  });

  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.data === "story-close") one("dialog.stage")?.close();
  });

  // One view a reader and page, told when the page was looked at for a moment; no cookie, nothing kept.
  const piece = one("[data-view]");
  if (piece && navigator.sendBeacon) {
    const told = () => navigator.sendBeacon("/_/seen", piece.dataset.view);
    const seen = () => document.visibilityState === "visible" && setTimeout(told, 2000);
    if (!seen()) document.addEventListener("visibilitychange", seen, { once: true });
  }
})();
