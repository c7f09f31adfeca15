/* Before the browser prints: the light theme, the width of the page, every chart drawn anew at that width. */
(function () {
  "use strict";
  var root = document.documentElement;
  var theme, recoloured = [];

  function charts() { return Array.prototype.slice.call(document.querySelectorAll(".js-plotly-plot")); }

  /* A colour for dark paper as one for white paper: same hue, lightness turned round. */
  function turned(colour) {
    var parts = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(colour);
    if (!parts) return colour;
    var rgb = parts.slice(1, 4).map(Number);
    var shift = 255 - Math.max.apply(null, rgb) - Math.min.apply(null, rgb);
    var moved = rgb.map(function (v) { return Math.min(255, Math.max(0, v + shift)); });
    return "rgba(" + moved.join(", ") + ", " + (parts[4] === undefined ? 1 : parts[4]) + ")";
  }
  function recolour() {
    charts().forEach(function (chart) {
      chart.querySelectorAll(".main-svg *").forEach(function (mark) {
        if (!mark.style) return;
        var before = mark.getAttribute("style");
        ["fill", "stroke"].forEach(function (kind) {
          var colour = mark.style[kind] || mark.getAttribute(kind);
          if (colour && colour !== "none" && colour.indexOf("url") < 0) mark.style[kind] = turned(getComputedStyle(mark)[kind]);
        });
        if (mark.getAttribute("style") !== before) recoloured.push([mark, before]);
      });
    });
  }
  function redraw(width) {
    if (!window.Plotly || root.dataset.present) return;
    charts().forEach(function (chart) {
      var box = chart.parentElement.getBoundingClientRect();
      var map = chart.closest(".map-frame");
      var size = width ? { width: Math.floor(box.width), autosize: false } : { width: null, autosize: true };
      if (map) size.height = width ? Math.floor(box.height) : null;
      window.Plotly.relayout(chart, size);
    });
  }
  window.addEventListener("beforeprint", function () {
    if (root.classList.contains("printing")) return;
    theme = root.dataset.theme;
    root.classList.add("printing");
    document.querySelectorAll("details.fold").forEach(function (fold) { fold.open = true; });
    var place = document.getElementById("print-address");
    if (place) place.textContent = window.location.href;
    redraw(true);
    if (theme === "dark") {
      root.dataset.theme = "light";
      recolour();
    }
  });
  window.addEventListener("afterprint", function () {
    root.classList.remove("printing");
    root.dataset.theme = theme;
    recoloured.forEach(function (kept) {
      if (kept[1] === null) kept[0].removeAttribute("style"); else kept[0].setAttribute("style", kept[1]);
    });
    recoloured = [];
    redraw(false);
  });
})();
