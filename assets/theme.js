/* Light or dark: the visitor's choice in a cookie (the server draws charts in it), else the system's. */
(function () {
  "use strict";
  var NAME = "scidip-theme";

  var framed = document.documentElement.dataset.embed;

  function stored() {
    var found = document.cookie.match(/(?:^|; )scidip-theme=(light|dark)/);
    return found && found[1];
  }
  function apply(mode) {
    document.documentElement.dataset.theme = mode;
    if (framed) return;
    document.cookie = NAME + "=" + mode + "; path=" + (document.documentElement.dataset.prefix || "/") + "; max-age=31536000; SameSite=Lax";
  }
  var prefersDark = window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches;
  apply(framed || stored() || (prefersDark ? "dark" : "light"));

  /* The pattern of what is missing; style sheets refer to it as url(#hatch). */
  function addHatch() {
    var box = document.createElement("div");
    box.innerHTML =
      '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>' +
      '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<rect width="5" height="5" style="fill:var(--paper)"></rect>' +
      '<line x1="0" y1="0" x2="0" y2="5" style="stroke:var(--hatch);stroke-width:1.6"></line></pattern></defs></svg>';
    document.body.appendChild(box.firstChild);
  }
  if (document.body) addHatch();
  else document.addEventListener("DOMContentLoaded", addHatch);

  window.dash_clientside = window.dash_clientside || {};
  var scidip = (window.dash_clientside.scidip = window.dash_clientside.scidip || {});
  scidip.switchTheme = function (clicks, mode) {
    var next = mode === "dark" ? "light" : "dark";
    apply(next);
    var words = document.getElementById("theme-switch").dataset;
    return [next, words[next === "dark" ? "light" : "dark"], next];
  };
})();
