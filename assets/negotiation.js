/* Files of weights are read here, in the browser; only their text goes to the page's callback, which keeps nothing. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {});
  scidip = scidip.scidip = scidip.scidip || {};
  var OPENED = "negotiation-opened";

  /* The text of a file in UTF-8; null for one that is none. */
  function text(file) {
    return file.arrayBuffer().then(function (bytes) {
      return { name: file.name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
    }).catch(function () { return { name: file.name, text: null }; });
  }

  scidip.readFiles = function (clicks) {
    var none = window.dash_clientside.no_update;
    if (!clicks) return none;
    var field = document.createElement("input");
    field.type = "file";
    field.multiple = true;
    field.accept = ".toml,.csv,.txt";
    field.addEventListener("change", function () {
      Promise.all(Array.from(field.files, text)).then(function (found) {
        // Emptied first, so that the same file can be read twice.
        window.dash_clientside.set_props(OPENED, { data: null });
        window.dash_clientside.set_props(OPENED, { data: found });
      });
    });
    field.click();
    return none;
  };
})();
