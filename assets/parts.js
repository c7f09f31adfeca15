// A long page comes in parts: what stands below its beginning is asked for part by part, from the top, each once the
// one above is shown. So nobody waits for the end of a page to read its beginning.
(function () {
  "use strict";
  const PATIENCE = 10000;
  let asked = null, since = 0, planned = false;

  function waits(part) {
    return part.isConnected && part.querySelector(".part-waiting") !== null;
  }
  // The list of contents names no part that turned out to show nothing.
  function list(part) {
    const link = document.querySelector(".contents a[href='#" + part.id + "']");
    if (link) link.parentNode.hidden = part.lastElementChild.childElementCount === 0;
  }
  function next() {
    planned = false;
    document.querySelectorAll("[data-ask]").forEach(list);
    if (asked && waits(asked) && Date.now() - since < PATIENCE) return;
    const parts = Array.from(document.querySelectorAll("[data-ask]:not([data-asked])"));
    const part = parts.find(waits);
    if (!part || !window.dash_clientside || !window.dash_clientside.set_props) return;
    part.setAttribute("data-asked", "");
    asked = part;
    since = Date.now();
    window.dash_clientside.set_props(part.dataset.ask, { data: 1 });
    setTimeout(plan, PATIENCE + 100);
  }
  function plan() {
    if (planned) return;
    planned = true;
    setTimeout(next, 0);
  }
  new MutationObserver(plan).observe(document.documentElement, { childList: true, subtree: true });
})();
