/* A tab stays in the version of the figures it was opened with. What it asks for names that version in a header, and
 * in a tab of an earlier version so do the links it follows. No cookie holds it: two tabs would mix. */
(function () {
  "use strict";
  var ask = window.fetch, root = document.documentElement;
  var HEADER = "X-Scidip-Version", ALIKE = /^\/(assets|_dash-component-suites)\//;

  function path(to) { return window.dash_clientside.scidip.bare(to.pathname); }
  window.fetch = function (address, options) {
    var own = root.dataset.version, to = new URL(address && address.url || address, window.location.href);
    if (!own || to.origin !== window.location.origin || ALIKE.test(path(to))) return ask.apply(this, arguments);
    var headers = new Headers(options && options.headers || address && address.headers || {});
    headers.set(HEADER, own);
    // In a page of another site there are no cookies: what a frame's address asks for is told with each request.
    if (root.dataset.embed) {
      headers.set("X-Scidip-Theme", root.dataset.embed);
      headers.set("X-Scidip-Language", root.lang);
    }
    return ask.call(this, address, Object.assign({}, options, { headers: headers }));
  };

  /* The same address as of this tab's version: pages and files take `v`, the API `release`. */
  function dated(href) {
    var to = new URL(href, window.location.href), api = path(to).indexOf("/api/") === 0;
    if (to.origin !== window.location.origin || ALIKE.test(path(to))) return href;
    if (to.searchParams.has("v") || to.searchParams.has("release")) return href;
    if (api && !/^\/api\/v1\/[a-z]+$/.test(path(to))) return href;
    to.searchParams.set(api ? "release" : "v", root.dataset.version);
    return to.pathname + to.search + to.hash;
  }

  /* Before the browser or a script of ours follows it: also in a new tab, by a copy of its address, by the keyboard. */
  ["pointerdown", "focusin", "contextmenu", "click"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      var link = event.target.closest && event.target.closest("a[href]");
      if (!link || !root.dataset.past || link.dataset.act === "newest-figures") return;
      if (link.getAttribute("href").charAt(0) === "#") return;
      var href = dated(link.getAttribute("href"));
      if (href !== link.getAttribute("href")) link.setAttribute("href", href);
    }, true);
  });

  /* To the newest figures of the view as it is now, not as it was when the page was opened. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-act=newest-figures]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    var query = new URLSearchParams(window.location.search);
    query.delete("v");
    var rest = query.toString();
    window.location.assign(window.location.pathname + (rest ? "?" + rest : "") + window.location.hash);
  });
})();
